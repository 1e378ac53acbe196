"""Station software against Lineside, in one file: Python 3.8 or newer, standard library only.

    import lineside

    station = lineside.Station("https://lineside.example:3000", slot="1", key_file="station.key", spool="/var/lib/station/spool")
    for job in station.jobs():
        with job:
            csr = program(job.serial)              # whatever makes the device's key and certificate request, PEM
            identity = job.certificate(csr)        # certificate, chain, thing name, endpoints
            job.progress("write", 0.6)             # told with the next heartbeat
            write(identity["certificate"])
            job.attach("scope.png", "/tmp/scope.png", "image/png")
            job.passed({"milliamperes": 81})

What it does that is hard to get right: heartbeats in a thread of their own, retries with jitter while the service says so or
is away, results and their attachments kept on disk before they are sent and sent again after a power cut, one sentence for the operator with each
refusal. docs/stations.md has the whole loop and what to do after each refusal.

Copy this file beside your program. It keeps to the REST API of Lineside /v1 and needs nothing else.
"""

import contextlib
import datetime
import hashlib
import http.client
import io
import json
import os
import random
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse
import uuid

__version__ = "1.0.0"
__all__ = ["Station", "Session", "Job", "Lineside", "Refused", "Unreachable", "Cancelled", "LeaseLost", "openssl_csr"]

OUTCOMES = ("PASS", "FAIL", "ERROR", "TIMEOUT", "ABORTED")
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0
_REST_S = 10.0
# Of one batch of kept results.
_BATCH_LINES = 200
_BATCH_BYTES = 8 * 1024 * 1024
# The service lets a file arrive for 30 s.
_UPLOAD_S = 45.0
_PIECE = 1024 * 1024
# Nobody takes so long to write a file.
_LONG_AGO_S = 3600.0
# What a proxy answers while the service behind it is away, and the service itself while it closes.
_AWAY = (502, 503, 504)


class Refused(Exception):
    """The service understood and refused. `str()` is what happened; `action` is one sentence for the person at the station.

    code: stable, see docs/errors.md. next_step: what the program does now, one of
    retry, release, set-aside, claim-again, call. retry_after: seconds, or None.
    """

    def __init__(self, status, problem):
        super().__init__(problem.get("detail") or "The service answered %d" % status)
        self.status = status
        self.code = problem.get("code") or "http-%d" % status
        self.action = problem.get("operatorAction") or "Call the line engineer: the service answered %d." % status
        self.retryable = bool(problem.get("retryable"))
        self.next_step = problem.get("nextStep") or ("retry" if self.retryable else "call")
        after = problem.get("retryAfterMs")
        self.retry_after = None if after is None else after / 1000.0
        self.request_id = problem.get("requestId")
        self.problem = problem


class Unreachable(Exception):
    """No answer for as long as the call was willing to wait."""


class Cancelled(Exception):
    """The service wants the unit back: stop the work and give it back. `Job.__exit__` releases it."""


class LeaseLost(Exception):
    """The lease is over and the unit may be at another station: touch it no more."""


class Lineside:
    """Calls of the REST API with one caller's credentials. Safe to use from several threads.

    server: such as https://lineside.example:3000. key or key_file: the station's API key. cert and cert_key: files with the
    station's client certificate and its key (from an enrolment). ca: file with the CA of the server's certificate.
    timeout: seconds that one answer may take. patience: seconds for which a call goes on trying.
    """

    def __init__(self, server, key=None, key_file=None, cert=None, cert_key=None, ca=None, timeout=30.0, patience=60.0):
        parts = urllib.parse.urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("server must be http://host:port or https://host:port")
        self._https = parts.scheme == "https"
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        if key is None and key_file is not None:
            with open(key_file, encoding="utf-8") as file:
                key = file.read().strip()
        self._key = key
        self._ca, self._cert, self._cert_key = ca, cert, cert_key
        self._timeout, self._patience = timeout, patience
        self._local = threading.local()
        self.headers = dict
        """Called for each call: further headers."""

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body, **options)

    def call(self, method, path, body=None, timeout=None, patience=None, idempotency_key=None, stop=None):
        """The answer's JSON, or None when it has no body. Raises Refused or Unreachable.

        body: JSON value, or a tuple of bytes, or of a function that opens a file of bytes, and their media type. stop: a threading.Event that ends the
        waiting between two tries.
        """
        headers = {"Accept": "application/json", "User-Agent": "lineside-python/" + __version__}
        if self._key is not None:
            headers["Authorization"] = "Bearer " + self._key
        if isinstance(body, tuple):
            body, headers["Content-Type"] = body
        elif body is not None:
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        headers.update(self.headers())
        until = time.monotonic() + (self._patience if patience is None else patience)
        pause = _FIRST_PAUSE_S
        while True:
            try:
                return self._attempt(method, path, body, headers, timeout or self._timeout)
            except Refused as refused:
                if not refused.retryable:
                    raise
                error, wait = refused, refused.retry_after
            except (OSError, http.client.HTTPException, ValueError) as away:
                error, wait = Unreachable("The service at %s does not answer (%s)" % (self._host, away)), None
            wait = (pause if wait is None else wait) * random.uniform(0.5, 1.0)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
            if time.monotonic() + wait > until or (stop is not None and stop.is_set()):
                raise error
            if stop is None:
                time.sleep(wait)
            else:
                stop.wait(wait)

    def _attempt(self, method, path, body, headers, timeout):
        connection, is_kept = self._connection(timeout)
        try:
            try:
                answer = self._send(connection, method, path, body, headers)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # A kept connection that the service had closed meanwhile: the request has not been read.
                if not is_kept:
                    raise
                self._drop()
                connection, _ = self._connection(timeout)
                answer = self._send(connection, method, path, body, headers)
            text = answer.read()
        except BaseException:
            self._drop()
            raise
        if answer.will_close:
            self._drop()
        return self._read(answer, text)

    def _send(self, connection, method, path, body, headers):
        if not callable(body):
            connection.request(method, self._base + path, body, headers)
            return connection.getresponse()
        with body() as file:  # sent in pieces
            headers = dict(headers, **{"Content-Length": str(os.fstat(file.fileno()).st_size)})
            connection.request(method, self._base + path, file, headers)
            return connection.getresponse()

    @staticmethod
    def _read(answer, text):
        kind = answer.getheader("Content-Type") or ""
        if 200 <= answer.status < 300:
            if not text:
                return None
            if "ndjson" in kind:
                return [json.loads(line) for line in text.splitlines() if line.strip()]
            if "json" not in kind:
                # A proxy's own page in the place of the answer: tried again like no answer.
                raise ValueError("the answer is %s" % (kind or "of no type"))
            return json.loads(text)
        problem = {}
        if "json" in kind:
            with contextlib.suppress(ValueError):
                problem = json.loads(text)
        if not isinstance(problem, dict) or "code" not in problem:
            problem = {"code": "http-%d" % answer.status, "detail": "The service answered %d without saying why" % answer.status,
                       "retryable": answer.status in _AWAY}
        if "retryAfterMs" not in problem and (answer.getheader("Retry-After") or "").isdigit():
            problem["retryAfterMs"] = int(answer.getheader("Retry-After")) * 1000
        raise Refused(answer.status, problem)

    def _connection(self, timeout):
        kept = getattr(self._local, "connection", None)
        if kept is not None and kept.sock is not None:
            kept.sock.settimeout(timeout)
            return kept, True
        if self._https:
            context = ssl.create_default_context(cafile=self._ca)
            if self._cert is not None:
                context.load_cert_chain(self._cert, self._cert_key)
            made = http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=context)
        else:
            made = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        self._local.connection = made
        return made, False

    def _drop(self):
        kept = getattr(self._local, "connection", None)
        if kept is not None:
            kept.close()
            self._local.connection = None


class Session:
    """A program's session as a station, which all its slots share: while it lives, another program is refused as this station. One that another program
    has ended is begun anew with the next claim, which the service refuses for as long as the other one works.

    software, version: what the program calls itself. installation: an id that it keeps on its disk: after a restart it is let in at once, from whichever address.
    slots, fixture: those that it works with. Other arguments as Lineside.
    """

    def __init__(self, server, software, version, installation=None, slots=None, fixture=None, **credentials):
        self._api = Lineside(server, **credentials)
        self._api.headers = self.headers
        self._about = {"software": software, "version": version, "installation": installation, "slots": slots, "fixture": fixture}
        self._begun, self._lock = None, threading.Lock()

    def begin(self, **options):
        """What the service says of the station: session, station, line, slots, pollWaitMs, …, warnings. Begins the session where it is not begun."""
        with self._lock:
            if self._begun is None:
                body = {name: value for name, value in dict(self._about, stationTime=_now()).items() if value is not None}
                self._begun = self._api.post("/v1/station/session", body, **options)
            return self._begun

    def headers(self):
        begun = self._begun
        return {} if begun is None else {"Lineside-Session": begun["session"]}

    def end(self, headers):
        """The service has said that the session of these headers is over."""
        with self._lock:
            if headers and headers == self.headers():
                self._begun = None


class Station:
    """One slot of a station. For a station with several slots make one for each, each in a thread of its own.

    slot: as the station was made with it. spool: folder (made if missing) that keeps results until the service has them; give
    each slot its own, or None to keep none: then a power cut between work and report loses the report. session: a Session, or None to work outside of any.
    on_operator: called with one sentence for the person at the station, or None when all is well again. Other arguments as Lineside.
    """

    def __init__(self, server, slot="1", spool=None, on_operator=None, session=None, **credentials):
        self.api = Lineside(server, **credentials)
        self._session = session
        if session is not None:
            self.api.headers = session.headers
        self.slot = slot
        self._tell = on_operator or (lambda sentence: sentence and print(sentence, flush=True))
        self._spool = _Spool(spool) if spool is not None else None
        self._self = None
        self.stopping = threading.Event()
        """Set it to end `jobs()` after the unit that is under way."""

    @property
    def itself(self):
        """What the service says of this station: id, line, slots, pollWaitMs, leaseMs, heartbeatMs, …"""
        if self._session is not None:
            begun = self._session.begin(stop=self.stopping)
            return dict(begun, id=begun["station"])
        if self._self is None:
            self._self = self.api.get("/v1/station", patience=float("inf"), stop=self.stopping)
        return self._self

    def claim(self, serial=None, wait=None, **more):
        """The scanned unit's job, or the line's next one; None when none came. Raises Refused.

        serial: as the scanner sent it. wait: seconds, at most 25. more: such as revision=, workOrder=. The same slot again gets the
        same job, with its checkpoint and certificate, so that a lost answer or a reboot needs nothing special.
        """
        itself = self.itself
        self.flush(patience=0)
        wait_ms = itself["pollWaitMs"] if wait is None else int(wait * 1000)
        body = {"slot": self.slot, "waitMs": 0 if serial is not None else wait_ms}
        if serial is not None:
            body["serial"] = serial
        body.update((name, value) for name, value in more.items() if value is not None)
        session = self.api.headers()
        try:
            granted = self.api.post("/v1/station/claims", body, timeout=wait_ms / 1000.0 + 15, stop=self.stopping)
        except Refused as refused:
            if self._session is not None and refused.code == "station-session-ended":
                self._session.end(session)
            raise
        return None if granted is None else Job(self, granted)

    def jobs(self, **more):
        """Jobs one after the other, for as long as the program runs. What stops it is told to the operator, and it goes on when it can."""
        while not self.stopping.is_set():
            try:
                job = self.claim(**more)
                self._tell(None)
            except Refused as refused:
                self._tell(refused.action)
                self.stopping.wait((refused.retry_after or 3.0) * random.uniform(0.8, 1.2))
                continue
            except Unreachable:
                self._tell("Wait: the service does not answer. The station tries again by itself.")
                self.stopping.wait(random.uniform(1.0, 3.0))
                continue
            if job is None:
                self.stopping.wait(random.uniform(0.0, 0.5))
                continue
            yield job
            if job.draining:
                self.stopping.set()
            self.stopping.wait(job.rest)

    def flush(self, patience=None):
        """Sends the results and attachments that are kept on disk. Answers how many of both are left.

        A result that the service refuses for good is put aside as *.refused. One that comes too late is kept there as evidence, with its times.
        """
        if self._spool is None:
            return 0
        for sha256 in self._spool.attachments():
            if not self._upload(sha256, patience):
                break  # a result is never held up by its attachments
        for batch in self._spool.batches():
            lines = b"".join(line for _, line in batch)
            try:
                answers = self.api.call("POST", "/v1/results/batch", (lines, "application/x-ndjson"), patience=patience, stop=self.stopping)
            except (Refused, Unreachable):
                break
            for (path, _), answer in zip(batch, answers or ()):  # none where the answer was cut short before its first line
                problem = answer.get("problem") or {}
                if answer["state"] != "refused":
                    self._spool.remove(path)
                elif not problem.get("retryable"):
                    self._spool.remove(path, problem)
        self._spool.tidy()
        return self._spool.count()

    def _upload(self, sha256, patience):
        """Whether the service has it now, or will never take it."""
        try:
            self.api.call("PUT", "/v1/attachments/" + sha256, (lambda: self._spool.attachment(sha256), "application/octet-stream"), timeout=_UPLOAD_S, patience=patience, stop=self.stopping)
        except Unreachable:
            return False
        except Refused as refused:
            if refused.retryable:
                return False
            self._tell(refused.action)
            self._spool.put_aside(sha256)
            return True
        self._spool.uploaded(sha256)
        return True


class Job:
    """A unit at this slot, under a lease that a thread keeps until the `with` block ends. Leaving the block without a result gives the unit back."""

    def __init__(self, station, granted):
        self._station, self._api = station, station.api
        self.granted = granted
        self.id = granted["job"]["id"]
        self.serial = granted["unit"]["serial"]
        self.work_order = granted["workOrder"]
        self.step = granted.get("step")
        self.attempt = granted["attempt"]
        self.checkpoint = granted.get("checkpoint")
        """What an attempt before this one kept with `keep`."""
        self.certificate_pem = granted.get("certificate")
        """The certificate that the unit has already, or None. `certificate()` with the same key answers it again."""
        self.fence = granted["lease"]["fence"]
        self.cancelled, self.lost, self.draining = threading.Event(), threading.Event(), False
        self._news, self._news_lock = {}, threading.Lock()
        self._over, self._beating = threading.Event(), None
        self._ends = time.monotonic() + granted["lease"]["expiresInMs"] / 1000.0
        self._reported = False
        self._attachments = []
        self.started_at = _now()
        """By this computer's clock, RFC 3339: told with the result, where it stands beside the service's own time."""
        self.rest = 0.0
        """Seconds for which `jobs()` waits after it: a refusal that only a person lifts would come again at once."""

    def __enter__(self):
        self._beating = threading.Thread(target=self._beat, name="lineside-heartbeat", daemon=True)
        self._beating.start()
        return self

    def __exit__(self, kind, error, trace):
        """Ends the heartbeats. Cancelled, LeaseLost and refusals are dealt with here and go no further; your own errors are reported as ERROR and raised."""
        self._over.set()
        is_ours = kind is not None and issubclass(kind, (Cancelled, LeaseLost, Refused, Unreachable))
        try:
            if not self._reported and not self.lost.is_set():
                if isinstance(error, Refused):
                    self._after(error)
                elif kind is not None and not is_ours and issubclass(kind, Exception):
                    self.report("ERROR", kind.__name__)
                else:
                    self.release()
        except (Refused, Unreachable, LeaseLost):
            pass  # the lease runs out by itself, and the unit goes back to the line
        self._beating.join(timeout=5)
        return is_ours

    def check(self):
        """Raises Cancelled or LeaseLost when the unit is to be let go. Call it between the steps of a long job."""
        if self.lost.is_set() or time.monotonic() > self._ends:
            raise LeaseLost("the lease of %s is over" % self.serial)
        if self.cancelled.is_set():
            raise Cancelled("the service wants %s back" % self.serial)

    def progress(self, phase, share=None):
        """Told with the next heartbeat. phase: at most 64 characters. share: 0 to 1."""
        self.check()
        with self._news_lock:
            self._news["phase"] = phase
            if share is not None:
                self._news["progress"] = share

    def keep(self, checkpoint):
        """Keeps a dict (at most 16 KiB as JSON) now, for whoever goes on with this unit. Raises LeaseLost."""
        self._heartbeat({"checkpoint": checkpoint})

    def certificate(self, csr):
        """The unit's identity for the device's certificate request (PEM): certificate, chain, thingName, endpoints, roots, …

        The same key again answers the same certificate, byte for byte. Raises Refused or LeaseLost.
        """
        self.check()
        return self._call("/certificate", {"fence": self.fence, "csr": csr})

    def attach(self, name, content, media_type="application/octet-stream"):
        """A file that belongs to the result, as large as the service takes them (16 MiB unless it is set otherwise); at most 32 of them. Answers its SHA-256.

        content: bytes, or the path of a file, which is read now, and sent, in pieces. Where the station has a spool it is copied there until the service has it, and
        what does not go through now is sent with the next `flush`; without one, raises Refused or Unreachable.
        """
        is_octets = isinstance(content, (bytes, bytearray))
        opened = (lambda: io.BytesIO(content)) if is_octets else (lambda: open(content, "rb"))
        spool = self._station._spool
        if spool is not None:
            sha256 = spool.add_attachment(opened)
            self._station._upload(sha256, patience=0)
        else:
            digest = hashlib.sha256()
            with opened() as file:
                for piece in _pieces(file):
                    digest.update(piece)
            sha256 = digest.hexdigest()
            body = bytes(content) if is_octets else opened
            self._api.call("PUT", "/v1/attachments/" + sha256, (body, "application/octet-stream"), timeout=_UPLOAD_S, stop=self._station.stopping)
        self._attachments.append({"name": name, "sha256": sha256, "mediaType": media_type})
        return sha256

    def passed(self, record=None, **more):
        return self.report("PASS", record=record, **more)

    def failed(self, code, record=None, **more):
        """The unit is bad. code: at most 64 characters, from the product's catalogue where it has one."""
        return self.report("FAIL", code, record=record, **more)

    def report(self, outcome, code=None, record=None, **more):
        """Ends the job. PASS and FAIL are about the unit; ERROR, TIMEOUT and ABORTED are not, and it comes again.

        record: any dict that is at most 1 MiB as JSON, or OpenHTF's. more: such as failureDetail= (at most 1,000 characters). Kept on disk first where
        the station has a spool: then an Unreachable service delays nothing, and None is answered.
        """
        if outcome not in OUTCOMES:
            raise ValueError("outcome must be one of " + ", ".join(OUTCOMES))
        body = {"fence": self.fence, "outcome": outcome}
        told = dict({"startedAt": self.started_at, "endedAt": _now(), "attachments": self._attachments or None}, **more)
        body.update((name, value) for name, value in dict(told, failureCode=code, record=record).items() if value is not None)
        path, key = "/v1/jobs/%s/result" % self.id, str(uuid.uuid4())
        spool = self._station._spool
        kept = spool.add(path, body, key) if spool is not None else None
        try:
            answer = self._api.post(path, body, idempotency_key=key, stop=self._station.stopping)
        except Unreachable:
            if kept is None:
                raise
            self._reported = True
            return None
        except Refused as refused:
            if kept is not None and refused.status >= 500:
                # The service is there, and its ledger is not.
                self._reported = True
                return None
            if kept is not None:
                spool.remove(kept)
            if refused.code == "lease-lost":
                self.lost.set()
                raise LeaseLost(str(refused)) from None
            raise
        if kept is not None:
            spool.remove(kept)
            spool.tidy()
        self._reported = True
        return answer

    def release(self):
        """Gives the unit back with no word on it: the operator took the board out."""
        self._reported = True
        self._call("/release", {"fence": self.fence})

    def _after(self, refused):
        """What docs/stations.md says for each next step."""
        self._station._tell(refused.action)
        if refused.next_step == "set-aside":
            self.report("FAIL", refused.code)
        elif refused.next_step == "retry":
            self.report("ERROR", refused.code)
        elif refused.next_step != "claim-again":
            self.rest = _REST_S if refused.next_step == "call" else 0.0
            self.release()

    def _beat(self):
        every = self._station.itself["heartbeatMs"] / 1000.0
        while not self._over.wait(every * random.uniform(0.8, 1.0)):
            with self._news_lock:
                news, self._news = self._news, {}
            try:
                self._heartbeat(news)
            except LeaseLost:
                return
            except (Refused, Unreachable):
                with self._news_lock:
                    self._news = dict(news, **self._news)  # told the next time

    def _heartbeat(self, news):
        left = max(1.0, self._ends - time.monotonic())
        told = self._call("/heartbeat", dict(news, fence=self.fence), timeout=min(10.0, left), patience=left, stop=self._over)
        self._ends = time.monotonic() + told["expiresInMs"] / 1000.0
        if told["directive"] == "cancel":
            self.cancelled.set()
        elif told["directive"] == "drain":
            self.draining = True

    def _call(self, name, body, **options):
        try:
            return self._api.post("/v1/jobs/%s%s" % (self.id, name), body, **options)
        except Refused as refused:
            if refused.code != "lease-lost":
                raise
            self.lost.set()
            raise LeaseLost(str(refused)) from None


class _Spool:
    """Results that the service has yet to take, one file each, in the order in which they were made, and their attachments.

    An attachment is <sha256>.attachment until it is uploaded, and <sha256>.uploaded from then on for as long as a result names it: what no result names
    within a day is gone from the service, and is uploaded once more with the result.
    """

    def __init__(self, folder):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._folder = folder
        for name in os.listdir(folder):
            if name.endswith(".new") and name.split("-")[0].isdigit():
                self._remove_old_draft(name)

    def _remove_old_draft(self, name):
        """What a process that is gone has left half written."""
        path = os.path.join(self._folder, name)
        with contextlib.suppress(FileNotFoundError):
            if not _is_running(int(name.split("-")[0])) or os.stat(path).st_mtime < time.time() - _LONG_AGO_S:
                os.remove(path)

    def add(self, path, body, key):
        name = "%020d-%s.json" % (time.time_ns(), uuid.uuid4().hex[:8])
        return self._write(name, {"path": path, "body": body, "key": key})

    def entries(self):
        for name in sorted(os.listdir(self._folder)):
            if not name.endswith(".json"):
                continue
            path = os.path.join(self._folder, name)
            try:
                with open(path, encoding="utf-8") as file:
                    yield path, json.load(file)
            except ValueError:
                os.replace(path, path + ".unreadable")

    def count(self):
        return sum(name.endswith((".json", ".attachment")) for name in os.listdir(self._folder))

    def batches(self):
        """Lists of (path, line of NDJSON)."""
        batch, size = [], 0
        for path, entry in self.entries():
            line = json.dumps(dict(entry["body"], job=entry["path"].split("/")[3])).encode() + b"\n"
            if batch and (len(batch) == _BATCH_LINES or size + len(line) > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append((path, line))
            size += len(line)
        if batch:
            yield batch

    def add_attachment(self, opened):
        """Copies what `opened` opens, in pieces. Answers its SHA-256."""
        digest = hashlib.sha256()

        def copy(file):
            with opened() as content:
                for piece in _pieces(content):
                    digest.update(piece)
                    file.write(piece)

        self._write(lambda: digest.hexdigest() + ".attachment", copy)
        return digest.hexdigest()

    def attachments(self):
        """SHA-256 of each that is to be uploaded, or uploaded again."""
        named = self._named()
        return [name.split(".")[0] for name in sorted(os.listdir(self._folder)) if name.endswith(".attachment") or (name.endswith(".uploaded") and name.split(".")[0] in named)]

    def attachment(self, sha256):
        for ending in (".attachment", ".uploaded"):
            with contextlib.suppress(FileNotFoundError):
                return open(os.path.join(self._folder, sha256 + ending), "rb")
        raise FileNotFoundError(sha256)

    def uploaded(self, sha256):
        self._rename(sha256, ".uploaded")

    def put_aside(self, sha256):
        self._rename(sha256, ".refused-attachment")

    def tidy(self):
        """Removes attachments that are uploaded and named by no result any more."""
        named = self._named()
        for name in os.listdir(self._folder):
            if name.endswith(".uploaded") and name.split(".")[0] not in named:
                os.remove(os.path.join(self._folder, name))

    def _named(self):
        return {attachment["sha256"] for _, entry in self.entries() for attachment in entry["body"].get("attachments", ())}

    def _rename(self, sha256, ending):
        with contextlib.suppress(FileNotFoundError):
            os.replace(os.path.join(self._folder, sha256 + ".attachment"), os.path.join(self._folder, sha256 + ending))

    def remove(self, path, problem=None):
        if problem is None:
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
            return
        with open(path, encoding="utf-8") as file:
            entry = json.load(file)
        self._write(os.path.basename(path)[:-5] + ".refused", dict(entry, problem=problem))
        os.remove(path)

    def _write(self, name, value):
        """Whole or not at all, also when the power goes. value: JSON, or a function that writes to the file; name: or a function, asked when it is written."""
        handle, temporary = tempfile.mkstemp(prefix="%d-" % os.getpid(), suffix=".new", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                if callable(value):
                    value(file)
                else:
                    file.write(json.dumps(value).encode())
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            os.remove(temporary)
            raise
        path = os.path.join(self._folder, name() if callable(name) else name)
        os.replace(temporary, path)
        if os.name == "posix":  # Windows keeps no folder open
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return path


def _is_running(pid):
    if os.name != "posix":
        return True  # elsewhere there is no harmless way to ask
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _pieces(file):
    return iter(lambda: file.read(_PIECE), b"")


def _now():
    """With this computer's own offset from UTC."""
    return datetime.datetime.now(datetime.timezone.utc).astimezone().isoformat(timespec="milliseconds")


def openssl_csr(key_file, curve="P-256"):
    """A certificate request (PEM) for the key in `key_file`, which the openssl command makes (mode 0600) when it is not there.

    For devices that cannot make their own key. The subject is of no account: the CSR decides nothing but the public key.
    """
    if not os.path.exists(key_file):
        made = subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve], check=True, stdout=subprocess.PIPE)
        handle = os.open(key_file + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.stdout)
            file.flush()
            os.fsync(file.fileno())
        os.replace(key_file + ".new", key_file)
    return subprocess.run(["openssl", "req", "-new", "-key", key_file, "-subj", "/CN=device"], check=True, stdout=subprocess.PIPE).stdout.decode()
