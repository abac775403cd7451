"""The end of the certificate at the hub's https address, as the server or proxy at that address presents it.

The hub runs it as a process of its own, as a server that does not answer must hold nothing up. It reads `{"url": …}`,
and says the last moment in UTC, or "ended".
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
from datetime import UTC, datetime
from urllib.parse import urlsplit

PATIENCE = 5.0
ENDED = 10  # OpenSSL: the certificate has expired


class CertificateUnknown(Exception):
    """No certificate could be read at the address; the text says why."""


def ends_at(url: str) -> datetime | None:
    """Return the end of the certificate at an https address, None when it has ended already.

    The signature is not checked: a self-signed certificate ends as well. Refuses (CertificateUnknown) an
    address that shows none.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        shown = ssl.get_server_certificate((host, port), timeout=PATIENCE)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=shown)
        line = socket.create_connection((host, port), PATIENCE)
        with line, context.wrap_socket(line, server_hostname=host) as secure:
            told = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == ENDED:
            return None
        raise CertificateUnknown(error.verify_message) from error
    except (OSError, ValueError) as error:
        raise CertificateUnknown(str(error)) from error
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)


if __name__ == "__main__":
    try:
        found = ends_at(json.load(sys.stdin)["url"])
        json.dump(found.isoformat() if found is not None else "ended", sys.stdout)
    except CertificateUnknown as unknown:
        sys.exit(str(unknown))
