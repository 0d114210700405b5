"""Take features from the middle of a network, and put a small detector on them."""

# %% Three stages as outputs; what lies behind them, pooling and head, is not built.
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

import netspec

backbone = netspec.compile_spec(
    "torchvision/resnet18", outputs=["layer2", "layer3", "layer4"], seed=0
)

print("node    channels  stride  at 224×320")
features = backbone.eval()(torch.zeros(1, 3, 224, 320))
for name, info in backbone.feature_info.items():
    shape = "×".join(map(str, features[name].shape))
    print(f"{name}  {info.channels:8}  {info.stride[0]:6}  {shape}")


# %% A detector in the manner of FCOS (Tian et al., 2019): at every position scores and a box.
class Detector(nn.Module):
    def __init__(self, backbone: nn.Module, num_classes: int, width: int = 64) -> None:
        super().__init__()
        self.backbone = backbone
        info = backbone.feature_info
        self.strides = [one.stride[0] for one in info.values()]
        self.lateral = nn.ModuleList(nn.Conv2d(one.channels, width, 1) for one in info.values())
        self.head = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, num_classes + 4, 3, padding=1),
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Scores [N, P, num_classes] and boxes [N, P, 4], corners in pixels, at P positions."""
        features = self.backbone(image).values()
        levels = [conv(x) for conv, x in zip(self.lateral, features, strict=True)]
        for fine, coarse in zip(levels[-2::-1], levels[:0:-1], strict=True):
            fine += interpolate(coarse, size=fine.shape[-2:])  # top-down, as in an FPN
        outputs = [self.boxes(self.head(x), s) for x, s in zip(levels, self.strides, strict=True)]
        scores, boxes = zip(*outputs, strict=True)
        return torch.cat(scores, 1), torch.cat(boxes, 1)

    def boxes(self, output: Tensor, stride: int) -> tuple[Tensor, Tensor]:
        """The scores and boxes of one level, whose positions are `stride` pixels apart."""
        y, x = (stride * (torch.arange(size) + 0.5) for size in output.shape[-2:])
        center = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).flatten(0, 1)
        flat = output.flatten(2).transpose(1, 2)
        scores, sides = flat[..., :-4].sigmoid(), stride * flat[..., -4:].exp()
        return scores, torch.cat([center - sides[..., :2], center + sides[..., 2:]], -1)


# %% The sizes are free, so images of any size go through.
detector = Detector(backbone, num_classes=20).eval()
for size in ((224, 320), (200, 300)):
    with torch.no_grad():
        scores, boxes = detector(torch.zeros(1, 3, *size))
    print(f"{size[0]}×{size[1]}: scores {[*scores.shape]}, boxes {[*boxes.shape]}")
