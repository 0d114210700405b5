"""Other steps give what torch's own functions give."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from netspec.backends.torch.lowering import Lowering


def conv_transpose(rank: int, bias: bool, *arguments: object) -> Tensor:
    generator = torch.Generator().manual_seed(rank)
    x = torch.randn(2, 4, *[5] * rank, generator=generator)
    weight = torch.randn(4, 3, *[3] * rank, generator=generator)
    transposed = getattr(functional, f"conv_transpose{rank}d")
    return transposed(x, weight, torch.arange(3.0) if bias else None, *arguments)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("stride", "padding", "extra", "dilation"), [(1, 1, 1, 2), (2, 0, 2, 3)])
def test_output_padding_of_the_stride_or_more(
    rank: int, bias: bool, stride: int, padding: int, extra: int, dilation: int
) -> None:
    arguments = (rank, bias, stride, padding, extra, 1, dilation)
    with Lowering():
        found = conv_transpose(*arguments)
    torch.testing.assert_close(found, conv_transpose(*arguments), rtol=1e-4, atol=1e-5)


def test_a_lost_bias_is_seen() -> None:
    with Lowering():
        found = conv_transpose(2, False, 1, 1, 1, 1, 2)
    with pytest.raises(AssertionError):
        torch.testing.assert_close(found, conv_transpose(2, True, 1, 1, 1, 1, 2))


def test_a_divisor_on_fixed_sizes() -> None:
    x = torch.randn(1, 2, 7, 9, generator=torch.Generator().manual_seed(0))
    for divisor in (1, -3):
        arguments = (x, 3, 2, 1, True, False, divisor)
        with Lowering():
            found = functional.avg_pool2d(*arguments)
        torch.testing.assert_close(found, functional.avg_pool2d(*arguments))


def test_parts_of_a_free_size() -> None:
    class Parts(torch.nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            with Lowering():
                return tuple(torch.chunk(x, 3, -1))

    free = ({0: 3 * torch.export.Dim("third"), 1: 3 * torch.export.Dim("part")},)
    program = torch.export.export(
        Parts(), (torch.zeros(6, 9),), dynamic_shapes=free, strict=False
    ).module()
    x = torch.randn(3, 12)
    for found, part in zip(program(x), x.chunk(3, -1), strict=True):
        assert torch.equal(found, part)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("pad", [(2, -3), (-1, 3), (-2, -1), (1, 2)])
def test_cuts_beside_repeats(mode: str, pad: tuple[int, int]) -> None:
    x = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
    with Lowering():
        found = functional.pad(x, pad, mode)
    assert torch.equal(found, functional.pad(x, pad, mode))
