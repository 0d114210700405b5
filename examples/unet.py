"""A U-Net for images of any size that four poolings divide, and why only for those."""

# %% Both sizes are free; the declared shapes are formulas, proved for all of them.
from pathlib import Path

import torch

import netspec

HERE = Path(globals().get("__file__", "")).parent  # a notebook has no file: its working folder
SPEC = HERE / "unet.yaml"

checked = netspec.check_spec(SPEC)
print(checked)

# %% One network, two sizes.
model = netspec.compile_spec(SPEC).eval()
for size in ((96, 64), (80, 144)):
    with torch.no_grad():
        logits = model(torch.zeros(1, 1, *size))
    print(f"{size[0]}×{size[1]} → {[*logits.shape]}")

# %% A size between the steps is refused at the door, not by a concat deep inside.
try:
    model(torch.zeros(1, 1, 100, 64))
except ValueError as error:
    print(f"\n{error}")

# %% And if the spec did not say `multiple_of: 16`? It would be wrong, and the check says where.
careless = SPEC.read_text("utf-8").replace(", multiple_of: 16", "")
try:
    netspec.check_spec(netspec.Text(careless, "unet.yaml"))
except netspec.NetspecError as error:
    print(f"\nwithout multiple_of, the first of {len(error.diagnostics)} errors:")
    print(str(error).partition("\n\n")[0])
