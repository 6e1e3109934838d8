"""The model that a tuning job has found, used as its owner would: from S3 into memory, to predict."""

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import xgboost

#: The labels of the data set, and the file that the built-in algorithm packs.
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MODEL = "xgboost-model"


@dataclass(frozen=True)
class Predictions:
    """What the model says about rows whose label is known.

    Parameters
    ----------
    labels : sequence of int
        The label of each row.
    shares : array
        For each row the probability of each species.
    """

    labels: Sequence[int]
    shares: Any

    @property
    def right(self) -> int:
        """How many rows it takes for what they are."""
        return int((np.asarray(self.labels) == self.shares.argmax(axis=1)).sum())

    @property
    def mlogloss(self) -> float:
        """The objective of the tuning job, measured once more on these rows."""
        return float(-np.log(self.shares[np.arange(len(self.labels)), list(self.labels)]).mean())

    def rows(self, numbers: Sequence[int]) -> list[tuple[str, str, str, str]]:
        """Return some of them as rows of a table."""
        found = []
        for number in numbers:
            share, label = self.shares[number], self.labels[number]
            guess = int(share.argmax())
            mark = "" if guess == label else "wrong"
            found.append((SPECIES[label], SPECIES[guess], f"{share[guess]:.0%}", mark))
        return found


def downloaded(s3: Any, address: str) -> bytes:
    """Return the artifact at an address in S3."""
    place = urlsplit(address)
    body: bytes = s3.get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"].read()
    return body


def predictions(artifact: bytes, data: Path) -> Predictions:
    """Load the model of a ``model.tar.gz``, and let it predict the rows of a file whose first column is the label."""
    with tarfile.open(fileobj=io.BytesIO(artifact)) as packed:
        member = packed.extractfile(MODEL)
        assert member is not None
        booster = xgboost.Booster(model_file=bytearray(member.read()))
    table = np.loadtxt(data, delimiter=",")
    return Predictions([int(label) for label in table[:, 0]], booster.predict(xgboost.DMatrix(table[:, 1:])))
