"""Design a variant of ResNet-50: see what it costs, compare it with its parent, train one step."""

# %% A variant says only what differs from its parent: read resnext26.yaml beside this file.
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

import netspec

HERE = Path(globals().get("__file__", "")).parent  # a notebook has no file: its working folder
SPEC = HERE / "resnext26.yaml"

variant = netspec.check_spec(SPEC)
print(variant, end="\n\n")

# %% What did it save? Both are only checked, not built.
parent = netspec.check_spec("torchvision/resnet50")
print(f"{'':10}  {'resnet50':>13}  {'resnext26':>13}")
for what in ("parameters", "macs"):
    before, after = getattr(parent, what), getattr(variant, what)
    print(f"{what:10}  {before:13,}  {after:13,}  {after / before:.0%}")

stages = [f"layer{number}" for number in (1, 2, 3, 4)]
equal = all(variant.shapes[stage] == parent.shapes[stage] for stage in stages)
print("all stages have the parent's shapes:", equal)

# %% A slip that no trial at 224×224 would show is an error that names a size where it breaks.
slip = SPEC.read_text("utf-8").replace("ceil_mode: true, ", "")
try:
    netspec.check_spec(netspec.Text(slip, "resnext26.yaml"))
except netspec.NetspecError as error:
    for found in error.diagnostics:
        print(f"without ceil_mode: {found.message}")

# %% Build it and train one step; the image size is free, so small images do for a trial.
torch.manual_seed(0)
model = netspec.compile_spec(SPEC)
images = torch.randn(16, 3, 64, 64)
labels = torch.arange(16) % 10
optimizer = torch.optim.SGD(model.parameters(), lr=0.003)

losses = []
for _ in range(2):
    loss = cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.1f} before the step, {losses[1]:.1f} after it")
