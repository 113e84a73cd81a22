"""The generated part of docs/trust.md: what was measured last, the table of promises, and what is not proven."""

from collections import Counter
from collections.abc import Iterator, Sequence

from service.cli.promises.record import PromiseState, Proof


def trust_page(proofs: Sequence[Proof]) -> str:
    parts = (measured(proofs), promised(proofs), short(proofs, PromiseState.NOT_PROVEN, "What is not proven"))
    in_part = short(proofs, PromiseState.IN_PART, "What is proven in part, and what is missing")
    return "\n\n".join("\n".join(part) for part in (*parts, in_part))


def measured(proofs: Sequence[Proof]) -> Iterator[str]:
    yield "## What was measured last\n"
    yield "| promise | figure | measured | run on |"
    yield "|---|---|---|---|"
    for proof in proofs:
        for figure in proof.figures:
            yield f"| {proof.number} | {figure.name} | {figure.amount} | {proof.ran_on} |"


def promised(proofs: Sequence[Proof]) -> Iterator[str]:
    counts = Counter(proof.state for proof in proofs)
    yield "## The promises\n"
    told = ", ".join(f"{counts[state]} {state}" for state in PromiseState)
    yield f"{len(proofs)} promises: {told}. A promise without a green test is not proven.\n"
    yield "| | promise | proven when | state | tests |"
    yield "|---|---|---|---|---|"
    for proof in proofs:
        files = Counter(test.partition("::")[0] for test in proof.results)
        tests = ", ".join(f"`{file}` ({number})" for file, number in files.items()) or "none"
        yield f"| {proof.number} | {proof.promise.promise} | {proof.promise.passes} | {proof.state} | {tests} |"


def short(proofs: Sequence[Proof], state: PromiseState, title: str) -> Iterator[str]:
    """The promises in this state, with the reasons."""
    yield f"## {title}\n"
    for proof in proofs:
        if proof.state is state:
            yield f"- **{proof.number}** {proof.promise.promise} *{' '.join(proof.shortfalls)}*"
