"""The codes that prove receipts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence

from outbox.address_codes import CODE_LENGTH, grouped
from outbox.records import Submission


def receipt_codes(submission: Submission, secrets: Sequence[str]) -> Iterator[str]:
    """Yield the code of a receipt, such as `ABCD-EFGH-IJKL`, by each of the secrets, the newest first."""
    proved = "\n".join((submission.campaign, submission.receipt, submission.id, submission.digest)).encode()
    for secret in secrets:
        key = hashlib.sha256(b"svod receipt code\n" + secret.encode()).digest()
        word = base64.b32encode(hmac.digest(key, proved, "sha256")).decode()[:CODE_LENGTH]
        yield grouped(word)
