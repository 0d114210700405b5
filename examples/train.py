"""Train a spec on the handwritten digits of scikit-learn; docs/how-to/train.md tells about it."""

import os
import shutil
from pathlib import Path
from typing import Any, NoReturn

import click
import matplotlib.pyplot as plt
import torch
import torch.distributed as dist
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.fsdp import fully_shard
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

import netspec
from netspec.pipeline import resolve

RANK, WORLD = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))  # by torchrun
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
TRAINING, HELD_OUT = 1437, 360  # images
FOLDER = click.Path(file_okay=False, path_type=Path)
BATCH, PARALLEL = click.IntRange(1, TRAINING), click.Choice(["ddp", "fsdp"])


class Run:
    """A network that learns, and all that its checkpoints hold."""

    def __init__(self, model: nn.Module, settings: dict[str, Any]) -> None:
        self.model, self.settings = model, settings
        self.steps = TRAINING // settings["batch_size"]  # of one epoch
        rate, steps = settings["learning_rate"], self.steps * settings["epochs"]
        self.optimizer = AdamW(model.parameters(), rate, weight_decay=0.05)
        self.scheduler = OneCycleLR(self.optimizer, rate, steps, cycle_momentum=False)
        self.epoch = 0
        self.losses: list[float] = []  # of each step, over the whole batch
        self.held_out: list[tuple[float, float]] = []  # loss and accuracy after each epoch

    def batches(self) -> Tensor:
        """This process's part of each batch of the epoch, as indices [steps, images]. All that is
        random follows from seed, epoch and process, so a run that is resumed draws the same."""
        number = self.settings["seed"] * self.settings["epochs"] + self.epoch
        torch.manual_seed(number * WORLD + RANK)  # what dropout draws from
        order = torch.randperm(TRAINING, generator=torch.Generator().manual_seed(number))
        batches = order[: self.steps * self.settings["batch_size"]].view(self.steps, -1)
        return batches[:, RANK::WORLD]

    def step(self, images: Tensor, classes: Tensor) -> Tensor:
        """Learn from images; the loss of them."""
        loss = cross_entropy(self.model(images), classes)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return loss.detach()

    @torch.no_grad()
    def evaluate(self, images: Tensor, classes: Tensor) -> tuple[float, float]:
        """Loss and accuracy. Every process looks at all images, as they are few."""
        scores = self.model.eval()(images)
        self.model.train()
        right = scores.argmax(1) == classes
        return cross_entropy(scores, classes).item(), right.float().mean().item()

    def save(self, folder: Path) -> None:
        """Leave a whole checkpoint or none. Shards are gathered in process 0, which writes."""
        options = StateDictOptions(full_state_dict=True, cpu_offload=True)
        weights, moments = get_state_dict(self.model, self.optimizer, options=options)
        if RANK > 0:
            return
        state = {name: vars(self)[name] for name in ("settings", "epoch", "losses", "held_out")}
        state |= {"optimizer": moments, "scheduler": self.scheduler.state_dict()}
        older, unfinished = checkpoints(folder), folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        save_file(weights, unfinished / "weights.safetensors")
        torch.save(state, unfinished / "state.pt")
        unfinished.rename(folder / f"epoch{self.epoch:04}")
        for path in older:
            shutil.rmtree(path)

    def resume(self, folder: Path) -> None:
        """Go on from the last checkpoint, if there is one. Process 0 reads it for all."""
        weights, moments, told = {}, {}, [None]
        if RANK == 0 and (found := checkpoints(folder)):
            weights = load_file(found[-1] / "weights.safetensors")
            told = [torch.load(found[-1] / "state.pt", weights_only=True)]
            moments = told[0].pop("optimizer")
        if WORLD > 1:
            dist.broadcast_object_list(told)
        if not (state := told[0]):
            return
        for name, value in state["settings"].items():
            if (wanted := self.settings[name]) != value:
                of = "another spec" if name == "spec" else f"`{name}` (={value}), not {wanted}"
                refuse(f"{folder} holds a run of {of}: name another folder with --folder")
        options = StateDictOptions(full_state_dict=True, broadcast_from_rank0=WORLD > 1)
        set_model_state_dict(self.model, weights, options=options)
        set_optimizer_state_dict(self.model, self.optimizer, moments, options=options)
        self.scheduler.load_state_dict(state.pop("scheduler"))
        vars(self).update(state)

    def draw(self, path: Path) -> None:
        """The learning curves."""
        losses, accuracies = zip(*self.held_out, strict=True)
        epochs = range(1, self.epoch + 1)
        steps = [index / self.steps for index in range(1, len(self.losses) + 1)]
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
        left.plot(steps, self.losses, color="#9bb8d3", label="training, each step")
        left.plot(epochs, losses, ".-", color="#c2540a", label="held out")
        left.set(title="loss", xlabel="epoch", yscale="log")
        left.legend(frameon=False)
        right.plot(epochs, [100 * accuracy for accuracy in accuracies], ".-", color="#c2540a")
        right.set(title=f"% right of {HELD_OUT} held-out images", xlabel="epoch")
        for axes in (left, right):
            axes.locator_params("x", integer=True)
        figure.savefig(path, metadata={"Date": None})


def digits() -> tuple[Tensor, Tensor]:
    """All images [N, 1, 8, 8], in a fixed order, scaled so that those for training have mean 0 and
    deviation 1; their classes [N]."""
    pixels, classes = load_digits(return_X_y=True)
    order = torch.randperm(len(classes), generator=torch.Generator().manual_seed(0))
    images = torch.tensor(pixels, dtype=torch.float32).view(-1, 1, 8, 8)[order]
    seen = images[:TRAINING]
    images = (images - seen.mean()) / seen.std()
    return images.to(DEVICE), torch.tensor(classes)[order].to(DEVICE)


def compiled(spec: str, seed: int) -> nn.Module:
    """The network of a spec, with the same weights in every process."""
    try:
        trial = netspec.compile_spec(spec, device="meta")
        scores = trial(torch.empty(2, 1, 8, 8, device="meta"))
    except (netspec.NetspecError, OSError) as error:
        refuse(str(error))
    except (TypeError, ValueError) as error:
        refuse(f"{spec}: {error}; for digits declare `inputs: {{image: [N, 1, 8, 8]}}`")
    if not isinstance(scores, Tensor):
        refuse(f"{spec} has {len(scores)} outputs in training: leave one, a score for each digit")
    if scores.shape != (2, 10):
        shape = ", ".join(map(str, scores.shape[1:]))
        refuse(f"{spec} gives [N, {shape}]: give [N, 10], a score for each digit")
    return netspec.compile_spec(spec, device=DEVICE, seed=seed)


def distributed(model: nn.Module, parallel: str) -> nn.Module:
    """A copy of the network in each process, or a shard of each of its blocks."""
    if parallel == "ddp":
        return DistributedDataParallel(model)
    mesh = dist.init_device_mesh(DEVICE, (WORLD,))
    for block in netspec.repeated_blocks(model).values():
        fully_shard(block, mesh=mesh)
    return fully_shard(model, mesh=mesh)


def checkpoints(folder: Path) -> list[Path]:
    """Those that are whole, the last one last."""
    return sorted(folder.glob("epoch*"))


def refuse(message: str) -> NoReturn:
    raise click.ClickException(message)


def train(run: Run, folder: Path, console: Console) -> None:
    """Learn until the last epoch is done, with a checkpoint after each."""
    images, classes = digits()
    held_out = images[TRAINING:], classes[TRAINING:]
    epochs = run.settings["epochs"]
    columns = BarColumn(), MofNCompleteColumn(), TextColumn("steps"), TimeRemainingColumn()
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("", total=epochs * run.steps, completed=run.epoch * run.steps)
        while run.epoch < epochs:
            losses = torch.zeros(run.steps, device=DEVICE)
            for index, batch in enumerate(run.batches()):
                losses[index] = run.step(images[batch], classes[batch])
                progress.advance(task)
            if WORLD > 1:
                dist.all_reduce(losses)
            run.losses += (losses / WORLD).tolist()
            run.held_out.append(run.evaluate(*held_out))
            run.epoch += 1
            run.save(folder)
            loss, accuracy = run.held_out[-1]
            mean = sum(run.losses[-run.steps :]) / run.steps
            console.print(
                f"epoch {run.epoch:3}  loss {mean:.4f}  held out {loss:.4f}, {accuracy:.1%} right",
                highlight=False,
            )


@click.command(context_settings={"show_default": True})
@click.argument("spec", default=str(Path(__file__).parent / "digits.yaml"))
@click.option("--folder", type=FOLDER, default="digits", help="Of checkpoints and curves.")
@click.option("--epochs", type=click.IntRange(1), default=20)
@click.option("--batch-size", type=BATCH, default=128, help="Of all processes together.")
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=0.002)
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, help="Of all that is random.")
@click.option("--parallel", type=PARALLEL, default="ddp", help="Copies, or shards of the blocks.")
def main(spec: str, folder: Path, parallel: str, **settings: Any) -> None:
    """Train SPEC on 1,437 images of handwritten digits, and test it on 360 more.

    SPEC is a file or the name of a spec of the zoo that reads [N, 1, 8, 8] and gives [N, 10]; by
    default digits.yaml, which stands beside this program. Each epoch leaves a checkpoint. Stopped
    or killed, the same command goes on from there, and ends as if nothing had happened.

    \b
    torchrun --nproc-per-node 2 train.py
    torchrun --nproc-per-node 2 train.py --parallel fsdp
    """
    if settings["batch_size"] % WORLD:
        refuse(f"--batch-size (={settings['batch_size']}) must be divisible by {WORLD} processes")
    if parallel == "fsdp" and WORLD == 1:
        refuse("one process has nothing to shard: start several, `torchrun --nproc-per-node 2 …`")
    model = compiled(spec, settings["seed"])
    if WORLD > 1:
        if DEVICE == "cuda":
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group()
        model = distributed(model, parallel)
    run = Run(model, {**settings, "spec": resolve(spec)})
    run.resume(folder)
    train(run, folder, Console(quiet=RANK > 0))
    if RANK == 0:
        run.draw(folder / "curves.svg")
        click.echo(f"{checkpoints(folder)[-1] / 'weights.safetensors'}, {folder / 'curves.svg'}")
    if WORLD > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
