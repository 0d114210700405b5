"""Two inputs, one encoder: a network that says whether two images show the same thing."""

# %% The right image goes through the same modules as the left one, `share: encoder` in the spec.
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

import netspec

HERE = Path(globals().get("__file__", "")).parent  # a notebook has no file: its working folder
SPEC = HERE / "siamese.yaml"

print(netspec.check_spec(SPEC))
model = netspec.compile_spec(SPEC, seed=0)

# %% There is one set of weights: the right encoder has no key of its own.
owners = dict.fromkeys(key.partition(".")[0] for key in model.state_dict())
print("\nmodules with weights:", ", ".join(owners))

# %% Pairs to learn from: each image is one of eight patterns under noise.
random = torch.Generator().manual_seed(0)
patterns = torch.randn(8, 1, 32, 32, generator=random)


def pairs(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Left and right images [count, 1, 32, 32], and whether they show the same [count, 1]."""
    left = torch.randint(8, (count,), generator=random)
    same = torch.rand(count, generator=random) < 0.5
    other = torch.randint(1, 8, (count,), generator=random)
    right = torch.where(same, left, (left + other) % 8)
    noise = 0.5 * torch.randn(2, count, 1, 32, 32, generator=random)
    return patterns[left] + noise[0], patterns[right] + noise[1], same[:, None].float()


# %% The gradient of the encoder is the sum of what comes through the left and the right image.
left, right, same = pairs(16)
found = model(left, right)
loss = binary_cross_entropy_with_logits(found["same"], same)
weights = [*model.encoder.parameters()]
codes = [found["left"], found["right"]]
at_codes = torch.autograd.grad(loss, codes, retain_graph=True)
through = [
    torch.autograd.grad(code, weights, gradient, retain_graph=True)
    for code, gradient in zip(codes, at_codes, strict=True)
]
whole = torch.autograd.grad(loss, weights)
for side, part in zip(("left", "right"), through, strict=True):
    print(
        f"gradient through the {side} image in {sum(map(torch.any, part))} of {len(part)} tensors"
    )
both = [a + b for a, b in zip(*through, strict=True)]
together = all(map(torch.allclose, both, whole, [1e-4] * len(whole), [1e-6] * len(whole)))
print("together they are the whole:", together)

# %% Train it, and ask it about pairs that it has not seen.
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for _ in range(50):
    left, right, same = pairs(64)
    loss = binary_cross_entropy_with_logits(model(left, right)["same"], same)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

left, right, same = pairs(500)
with torch.no_grad():
    answers = model(left, right)["same"] > 0
print(f"right about {(answers == same.bool()).float().mean():.0%} of 500 new pairs")
