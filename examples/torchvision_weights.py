"""Load torchvision's weights into a spec by their keys, and fine-tune with another head."""

# %% Torchvision's network. "DEFAULT" in place of None downloads the trained weights.
import tempfile
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torchvision.models import resnet18

import netspec

WEIGHTS = None

torch.manual_seed(0)
original = resnet18(weights=WEIGHTS)
images = torch.randn(4, 3, 96, 128)
original(images)  # one step of the running statistics, so that they are not those of a new network

# %% The spec's modules have torchvision's names, so a state_dict fits with nothing to rename.
model = netspec.compile_spec("torchvision/resnet18")
model.load_state_dict(original.state_dict(), strict=True)
print(f"{len(model.state_dict())} tensors, from conv1.weight to {[*model.state_dict()][-1]}")

original.eval()
model.eval()
with torch.no_grad():
    print("equal outputs:", torch.equal(model(images), original(images)))

# %% On disk weights are safetensors, which hold numbers and no code.
folder = tempfile.TemporaryDirectory()
file = Path(folder.name) / "resnet18.safetensors"
save_file(model.state_dict(), file)

again = netspec.compile_spec("torchvision/resnet18", weights=file).eval()
with torch.no_grad():
    print("equal outputs after the round trip:", torch.equal(again(images), original(images)))

# %% With ten classes the head is new, and a warning says so. Only the head and layer4 learn.
with warnings.catch_warnings(record=True, action="always") as caught:
    tuned = netspec.compile_spec(
        "torchvision/resnet18",
        params={"num_classes": 10},
        weights=file,
        freeze=["conv1.*", "bn1.*", "layer[123].*"],
    )
print(str(caught[0].message).removeprefix(folder.name).lstrip("/\\"))
learning = sum(weight.numel() for weight in tuned.parameters() if weight.requires_grad)
print(f"{learning:,} of {sum(weight.numel() for weight in tuned.parameters()):,} parameters learn")

# %% What does not fit is not loaded in part and in silence.
try:
    netspec.compile_spec("torchvision/resnet34", weights=file)
except netspec.NetspecError as error:
    for found in error.diagnostics:
        print(f"into a ResNet-34: {found.message.partition(':')[0]}")
folder.cleanup()
