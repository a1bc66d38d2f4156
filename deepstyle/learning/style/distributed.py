"""Training in several processes: each embeds its share of a batch, and all compute the loss of the whole batch.

The result is that of one process with the same batch: a metric loss sees every pair, not only those on one GPU.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import torch
import torch.distributed as dist
from torch import Tensor, nn

TIMEOUT: Final = timedelta(days=2)
"""How long processes wait for rank 0, which imports the catalogue and computes the features for all."""


@dataclass(frozen=True, slots=True)
class Group:
    """This process's ``rank`` among ``world`` processes, as ``torchrun`` started them, and its device."""

    rank: int
    world: int
    device: torch.device


def join_group() -> Group:
    """Join the processes that ``torchrun`` started, or a group of this process alone."""
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
    return Group(rank, world, device)


def leave_group() -> None:
    """Undo ``join_group``."""
    if dist.is_initialized():
        dist.destroy_process_group()


@contextmanager
def rank_zero_first(group: Group) -> Iterator[None]:
    """Run the block in rank 0 first, then in the other processes, which find its work done."""
    if group.world > 1 and group.rank:
        dist.barrier()
    yield
    if group.world > 1 and group.rank == 0:
        dist.barrier()


def gather(embeddings: Tensor, group: Group) -> Tensor:
    """(B, D) of this process → (world * B, D) of all, in the order of ranks; differentiable."""
    return embeddings if group.world == 1 else _Gather.apply(embeddings, group.rank, group.world)  # type: ignore[no-untyped-call]


def average_gradients(parameters: Iterable[nn.Parameter], group: Group) -> None:
    """Replace each gradient by its mean over the processes."""
    if group.world == 1:
        return
    for parameter in parameters:
        if parameter.grad is not None:
            dist.all_reduce(parameter.grad)
            parameter.grad /= group.world


def share_floats(values: list[float], group: Group) -> list[float]:
    """The ``values`` of rank 0, in every process."""
    if group.world == 1:
        return values
    shared = torch.tensor(values, dtype=torch.float64, device=group.device)
    dist.broadcast(shared, 0)
    return [float(value) for value in shared]


class _Gather(torch.autograd.Function):
    """All-gather whose gradient is the sum of the gradients that all processes have for this one's share."""

    @staticmethod
    def forward(ctx: Any, share: Tensor, rank: int, world: int) -> Tensor:
        ctx.rank, ctx.size = rank, len(share)
        shares = [torch.empty_like(share) for _ in range(world)]
        dist.all_gather(shares, share.contiguous())
        return torch.cat(shares)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        whole = gradients[0].contiguous()
        dist.all_reduce(whole)
        return whole[ctx.rank * ctx.size : (ctx.rank + 1) * ctx.size], None, None
