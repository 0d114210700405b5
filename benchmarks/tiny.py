"""A launch-bound network, 120 layers with skips on 4×8×8 values: as a spec, and by hand."""

from torch import Tensor, nn

CHANNELS, BLOCKS = 4, 30

CONV = {"op": "conv", "out_channels": CHANNELS, "kernel_size": 3, "padding": 1}
SPEC = {
    "netspec": 1,
    "inputs": {"x": ["N", CHANNELS, 8, 8]},
    "blocks": {
        "residual": {
            "nodes": {
                "conv_path": [CONV, "relu", CONV],
                "sum": {"op": "add", "from": ["conv_path", "x"]},
                "out_act": "relu",
            }
        }
    },
    "nodes": {"body": {"op": "residual", "repeat": BLOCKS}},
    "outputs": {"y": "body"},
}


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv_path = nn.Sequential(
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1),
        )
        self.out_act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.out_act(self.conv_path(x) + x)
        return result


class ByHand(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(*[Residual() for _ in range(BLOCKS)])

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.body(x)
        return result
