"""Networks of the zoo written by hand, after their papers, to compare the specs with."""

from collections import OrderedDict

import torch
from torch import Tensor, nn


class LeNet5(nn.Sequential):
    """Image [N, 1, 32, 32] -> logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__(
            OrderedDict(
                c1=nn.Conv2d(1, 6, 5),
                c1_act=nn.Tanh(),
                s2=nn.AvgPool2d(2),
                c3=nn.Conv2d(6, 16, 5),
                c3_act=nn.Tanh(),
                s4=nn.AvgPool2d(2),
                c5=nn.Conv2d(16, 120, 5),
                c5_act=nn.Tanh(),
                flatten=nn.Flatten(),
                f6=nn.Linear(120, 84),
                f6_act=nn.Tanh(),
                output=nn.Linear(84, 10),
            )
        )


def conv_bn_relu(channels: int, width: int, kernel: int, stride: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
    ]


class Bottleneck(nn.Module):
    """Bottleneck of ResNet-50-A to D: x [N, C, H, W] -> [N, 4 * planes, H/stride, W/stride]."""

    def __init__(self, channels: int, planes: int, stride: int, letter: str) -> None:
        super().__init__()
        first, second = (stride, 1) if letter == "a" else (1, stride)
        self.conv1 = nn.Conv2d(channels, planes, 1, first, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, second, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, 4 * planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.relu = nn.ReLU(inplace=True)
        pool = letter == "d" and stride != 1
        shortcut = [
            nn.Conv2d(channels, 4 * planes, 1, 1 if pool else stride, bias=False),
            nn.BatchNorm2d(4 * planes),
        ]
        if channels != 4 * planes:
            self.downsample = nn.Sequential(*[nn.AvgPool2d(2)] * pool, *shortcut)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return self.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class ResNet50(nn.Module):
    """ResNet-50-A, B, C or D: image [N, 3, H, W] -> logits [N, 1000]."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        stem = conv_bn_relu(3, 64, 7, 2)
        if letter in "cd":
            stem = (
                conv_bn_relu(3, 32, 3, 2) + conv_bn_relu(32, 32, 3, 1) + conv_bn_relu(32, 64, 3, 1)
            )
        self.input_stem = nn.Sequential(*stem)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = 64
        for number, depth in enumerate([3, 4, 6, 3]):
            planes = 64 * 2**number
            blocks = []
            for index in range(depth):
                stride = 2 if number > 0 and index == 0 else 1
                blocks.append(Bottleneck(channels, planes, stride, letter))
                channels = 4 * planes
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        y = self.maxpool(self.input_stem(x))
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.fc(nn.functional.adaptive_avg_pool2d(y, 1).flatten(1))


class Conv(nn.Module):
    """Convolution, batch norm and ReLU; without padding unless told."""

    def __init__(
        self,
        channels: int,
        width: int,
        kernel: int | tuple[int, int],
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, kernel, stride, padding, bias=False)
        self.batchnorm = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.batchnorm(self.conv(x)))


class Branches(nn.Module):
    """Branches side by side, joined along the channels; with `residual`, the channels joined and
    those of the input, a linear 1x1 convolution of them scaled by 0.2, plus the input, and ReLU."""

    def __init__(self, *branches: nn.Module, residual: tuple[int, int] | None = None) -> None:
        super().__init__()
        self.count = len(branches)
        for number, branch in enumerate(branches, 1):
            setattr(self, f"branch{number}", branch)
        if residual is not None:
            self.conv1x1_linear = nn.Conv2d(*residual, 1)
            self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.cat([getattr(self, f"branch{n}")(x) for n in range(1, self.count + 1)], 1)
        if not hasattr(self, "conv1x1_linear"):
            return y
        return self.relu(0.2 * self.conv1x1_linear(y) + x)


def inception_a() -> nn.Module:
    """Figure 10 of Szegedy et al. (2016): [N, 256, 35, 35] -> the same."""
    return Branches(
        Conv(256, 32, 1),
        nn.Sequential(Conv(256, 32, 1), Conv(32, 32, 3, padding=1)),
        nn.Sequential(Conv(256, 32, 1), Conv(32, 32, 3, padding=1), Conv(32, 32, 3, padding=1)),
        residual=(96, 256),
    )


def reduction_a() -> nn.Module:
    """Figure 7 with k, l, m, n = 192, 192, 256, 384: [N, 256, 35, 35] -> [N, 896, 17, 17]."""
    return Branches(
        nn.MaxPool2d(3, 2),
        Conv(256, 384, 3, 2),
        nn.Sequential(Conv(256, 192, 1), Conv(192, 192, 3, padding=1), Conv(192, 256, 3, 2)),
    )


def inception_b() -> nn.Module:
    """Figure 11: [N, 896, 17, 17] -> the same."""
    wide, tall = Conv(128, 128, (1, 7), padding=(0, 3)), Conv(128, 128, (7, 1), padding=(3, 0))
    return Branches(
        Conv(896, 128, 1),
        nn.Sequential(Conv(896, 128, 1), wide, tall),
        residual=(256, 896),
    )


def reduction_b() -> nn.Module:
    """Figure 12: [N, 896, 17, 17] -> [N, 1792, 8, 8]."""
    return Branches(
        nn.MaxPool2d(3, 2),
        nn.Sequential(Conv(896, 256, 1), Conv(256, 384, 3, 2)),
        nn.Sequential(Conv(896, 256, 1), Conv(256, 256, 3, 2)),
        nn.Sequential(Conv(896, 256, 1), Conv(256, 256, 3, padding=1), Conv(256, 256, 3, 2)),
    )


def inception_c() -> nn.Module:
    """Figure 13: [N, 1792, 8, 8] -> the same."""
    wide, tall = Conv(192, 192, (1, 3), padding=(0, 1)), Conv(192, 192, (3, 1), padding=(1, 0))
    return Branches(
        Conv(1792, 192, 1),
        nn.Sequential(Conv(1792, 192, 1), wide, tall),
        residual=(384, 1792),
    )


class InceptionResNetV1(nn.Module):
    """Figures 14 and 15: image [N, 3, 299, 299] -> logits [N, 1000]; residuals scaled by 0.2."""

    def __init__(self, A: int = 5, B: int = 10, C: int = 5, dropout: float = 0.2) -> None:
        super().__init__()
        stem = nn.Sequential(
            Conv(3, 32, 3, 2),
            Conv(32, 32, 3),
            Conv(32, 64, 3, padding=1),
            nn.MaxPool2d(3, 2),
            Conv(64, 80, 1),
            Conv(80, 192, 3),
            Conv(192, 256, 3, 2),
        )
        self.features = nn.Sequential(
            stem,
            *[inception_a() for _ in range(A)],
            reduction_a(),
            *[inception_b() for _ in range(B)],
            reduction_b(),
            *[inception_c() for _ in range(C)],
        )
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(1792, 1000)

    def forward(self, x: Tensor) -> Tensor:
        y = nn.functional.adaptive_avg_pool2d(self.features(x), 1).flatten(1)
        return self.linear(self.dropout(y))


class Auxiliary(nn.Module):
    """Auxiliary classifier of Inception-v3: x [N, 768, 17, 17] -> logits [N, 1000].

    As the course notes have it, or, with `paper`, as Szegedy et al. (2015) in figure 8.
    """

    def __init__(self, paper: bool) -> None:
        super().__init__()
        self.avgpool = nn.AvgPool2d(5, 3) if paper else nn.AdaptiveAvgPool2d(5)
        self.conv = Conv(768, 128, 1)
        self.conv.batchnorm.eps = 0.001
        self.fc1 = nn.Linear(5 * 5 * 128, 1024)
        self.bn1 = nn.BatchNorm1d(1024, eps=0.001) if paper else nn.Identity()
        self.fc2 = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        y = self.fc1(self.conv(self.avgpool(x)).flatten(1))
        return self.fc2(torch.relu(self.bn1(y)))
