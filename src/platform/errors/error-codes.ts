/** What every occurrence of a refusal has in common. What happened this time is the error's `detail`. */
export interface ErrorEntry {
  status: number;
  /** RFC 9457 `title`: short, the same for each occurrence. */
  title: string;
  /** One sentence for the person at the station. `for-others.ts` has those for everybody else. */
  action: string;
  /** The same request may succeed later without anybody doing anything. */
  retryable: boolean;
  /** When to come back, for those that are retryable. */
  retryAfterMs?: number;
}

const WAIT = 'Wait; the station tries again by itself.';
const BAD_CSR = 'Set the unit aside and call the line engineer: its certificate request is not acceptable.';

const CALL_OFFICER = 'Stop and call the security officer: the HSM is not as it must be.';

/** The same request will be refused again. */
const refusal = (status: number, title: string, action: string): ErrorEntry => ({ status, title, action, retryable: false });

/** Time may heal it. */
const passing = (status: number, title: string, retryAfterMs: number, action = WAIT): ErrorEntry => ({ status, title, action, retryable: true, retryAfterMs });

/** Every refusal that the service can answer, by its code. Codes are published and stable. `docs/errors.md` is made of this table. */
export const ERRORS = {
  // Any request
  'request-invalid': refusal(400, 'The request can’t be read', 'Call the line engineer: the station software sent a request the service can’t read.'),
  'not-found': refusal(404, 'There is no such address', 'Call the line engineer: the station software asks for an address that does not exist.'),
  'method-not-allowed': refusal(405, 'The method is not allowed', 'Call the line engineer: the station software uses a wrong method.'),
  'request-too-large': refusal(413, 'The request is too large', 'Call the line engineer: the station software sent too much at once.'),
  'uri-too-long': refusal(414, 'The address is too long', 'Call the line engineer: the station software asks for an address that is too long.'),
  'headers-too-large': refusal(431, 'The headers are too large', 'Call the line engineer: the station software sends too many or too long headers.'),
  'request-timeout': passing(408, 'The request did not arrive in time', 1_000),
  'expectation-failed': refusal(417, 'The expectation can’t be met', 'Call the line engineer: the station software sends an Expect header other than 100-continue.'),
  'origin-refused': refusal(403, 'The request comes from another site', 'Use the service’s own pages, or send the key as a Bearer token.'),
  'media-type-unsupported': refusal(415, 'The media type is not supported', 'Call the line engineer: the request must be sent as application/json.'),
  'too-many-requests': { status: 429, title: 'Too many requests', action: WAIT, retryable: true },
  'idempotency-key-reused': refusal(422, 'The Idempotency-Key was used for another request', 'Call the line engineer: the station software reuses request keys.'),
  'request-in-progress': passing(409, 'The same request is under way', 1_000),
  'ledger-busy': passing(503, 'Too much is asked of the ledger', 1_000),
  'ledger-unavailable': passing(503, 'The ledger does not answer', 2_000),
  'clock-wrong': passing(503, 'The service’s clock is wrong', 10_000, 'Call the person who runs this service: nothing is signed until its clock is set right.'),
  'ledger-older': passing(503, 'The ledger is older than what was issued', 60_000, 'Stop and call the person who runs this service: the ledger was restored from a backup and must be accepted.'),
  'ledger-unknown': passing(503, 'The ledger is not the one that this service knows', 60_000, 'Stop and call the person who runs this service: its data folder belongs to another ledger, or is damaged.'),
  'service-stopping': passing(503, 'The service is shutting down', 1_000),
  internal: refusal(500, 'The service failed', 'Try again; if it happens again, call the line engineer with the requestId.'),

  // Access
  'caller-unknown': refusal(401, 'The caller is not known', 'Call the line engineer: this station has no valid key.'),
  'role-missing': refusal(403, 'The caller may not do this', 'Ask somebody who may do this.'),
  'role-not-grantable': refusal(403, 'The caller may not give this role', 'Ask somebody whose role may give it.'),
  'last-key': refusal(409, 'It is the last key of its kind', 'Make another key for this role first; then this one can be revoked.'),
  'station-needed': refusal(422, 'Exactly the keys of stations name a station', 'Name the station for a key of the role station, and for no other.'),
  'api-key-shown-once': refusal(409, 'The API key was shown once', 'Revoke the key that is named, if its secret did not arrive, and ask for another one with a new Idempotency-Key.'),
  'key-unknown': refusal(404, 'There is no such API key', 'Look for the key in the list of keys.'),

  // Stations
  'station-certificate-refused': refusal(401, 'The station’s certificate is refused', 'Call the line engineer: this station’s certificate has ended or is revoked; it must be enrolled again.'),
  'station-not-enrolled': refusal(401, 'The station needs its certificate', 'Call the line engineer: this station is let in with a certificate only and must be enrolled.'),
  'station-disabled': refusal(403, 'The station is out of service', 'Stop and call the production manager: this station was taken out of service.'),
  'station-already-connected': passing(409, 'Another program works as this station', 20_000, 'Close the other program that works as this station (the detail says where), or wait until it is let go.'),
  'station-session-ended': refusal(409, 'The station’s session is over', 'Restart the station software; if it is refused again, call the line engineer: another program works as this station.'),
  'station-session-needed': refusal(409, 'The station works in sessions only', 'Call the line engineer: the station software must begin a session first.'),
  'station-clock-wrong': refusal(403, 'The station’s clock is wrong', 'Set the clock of this station (by NTP), then restart the station software.'),
  'client-too-old': refusal(403, 'The station software is too old', 'Call the line engineer: the station software must be updated.'),
  'enrolment-unknown': refusal(404, 'There is no such enrolment', 'Type the code again; if it is right, ask the production manager for another one.'),
  'enrolment-expired': refusal(410, 'The enrolment is over', 'Ask the production manager for another code.'),
  'station-key-taken': refusal(409, 'The key can’t be this station’s', 'Make a new key at the station (lineside station enrol makes one), and call the line engineer to find out how it came to this one: nobody may share a key.'),
  'enrolment-used': refusal(409, 'The enrolment was used for another key', 'Ask the production manager for another code, and tell him that this one was used already.'),
  'enrolment-shown-once': refusal(409, 'The code was shown once', 'Ask for another code with a new Idempotency-Key if this one did not arrive.'),
  'station-unknown': refusal(404, 'There is no such station', 'Call the line engineer: this station is not set up.'),
  'line-unknown': refusal(404, 'There is no such line', 'Make the line first, or correct its name.'),
  'line-exists': refusal(409, 'The line exists and differs', 'Send the line as it is kept (GET /v1/lines), or choose another id for it.'),
  'station-exists': refusal(409, 'The station exists and differs', 'Send the station as it is kept (GET /v1/stations), change its name or steps (PATCH /v1/stations/{id}), or choose another id for it.'),
  paused: passing(409, 'Nothing new begins here for now', 5_000),
  'slot-disabled': refusal(409, 'The slot is disabled', 'Use another slot, or call the line engineer: this one is disabled.'),
  'pause-unknown': refusal(404, 'There is no such pause', 'Correct the number: GET /v1/pauses lists them.'),
  'slot-unknown': refusal(422, 'The station has no such slot', 'Call the line engineer: the station’s slots are set up differently.'),

  // Webhooks
  'webhook-unknown': refusal(404, 'There is no such webhook', 'Correct the id of the webhook.'),
  'webhook-url-refused': refusal(422, 'No messages are sent to this address', 'Name an address of https, or have its host added to the setting WEBHOOK_HOSTS.'),
  'too-many-webhooks': refusal(409, 'There are too many webhooks', 'Delete one that nobody needs, or give one more events.'),
  'webhook-secret-shown-once': refusal(409, 'The secret was shown once', 'Delete the webhook that is named, if its secret did not arrive, and make another one with a new Idempotency-Key.'),

  // Work orders and units
  'work-order-unknown': refusal(404, 'There is no such work order', 'Correct the id of the work order.'),
  'work-order-exists': refusal(409, 'The work order exists', 'Choose another id, or go on with the order that exists.'),
  'product-unknown': refusal(404, 'There is no such product', 'Correct the name of the product: GET /v1/products lists them. A first order that names a new product makes it.'),
  'product-exists': refusal(409, 'The product exists and differs', 'Change the product that exists (PATCH /v1/products/{name}), or choose another name.'),
  'external-order-differs': refusal(409, 'The order was made already, and differs', 'Send the order as it was, or under another externalId; an order that was made is changed by raise, hold, close and cancel only.'),
  'work-order-not-released': refusal(409, 'The work order is not released', 'Ask the production manager: this order is not open for work.'),
  'outside-window': refusal(409, 'The work order is outside its window', 'Stop and call the production manager: the time of this order is over.'),
  'window-not-extended': refusal(422, 'The order’s end is not moved to a later time', 'Give a time after the present end; a window is never made shorter.'),
  'work-order-not-planned': refusal(409, 'The work order is not planned any more', 'Look at the order: only a planned one can be released.'),
  'canary-unknown': refusal(404, 'The order has had no canary', 'Run one (POST /v1/work-orders/{id}/canary).'),
  'canary-not-of-method': refusal(409, 'The order’s method has no canary', 'Look at the order’s units one by one: of this method the first unit of the line proves the way.'),
  'order-not-ready': refusal(409, 'Something would keep the order’s units from AWS', 'Mend what the findings name, then open the order.'),
  'work-order-state': refusal(409, 'The work order’s state does not allow it', 'Look at the order’s state: only some steps lead on from it.'),
  'work-order-unconfirmed': refusal(409, 'The order was not confirmed since the ledger was restored', 'A manager compares what AWS has for the order’s units and confirms it (POST /v1/work-orders/confirm); ask again then.'),
  'order-unaccounted': refusal(409, 'Units of the order are unaccounted for', 'Finish, ship or scrap them, or name their number and the reason.'),
  'work-order-ended': refusal(409, 'The work order has ended', 'Scrap the unit, or name its serial in a new order if nobody has worked on it.'),
  'quantity-not-raised': refusal(422, 'The quantity is not raised', 'Give a quantity or an overage above the present one; a quota is never taken down.'),
  'order-exhausted': refusal(409, 'The work order’s quota is used up', 'Stop and call the production manager: the order is complete or its quota must be raised.'),
  'serial-malformed': refusal(422, 'The serial is not one of the product', 'Scan the label again; if it is read the same, set the unit aside: its serial is not one of this product.'),
  'serial-not-allowed': refusal(422, 'The serial is not allowed for the product', 'Set the unit aside and call the production manager: its serial is in no list of this product.'),
  'serials-faulty': refusal(422, 'Lines of the list can’t be taken', 'Mend the lines that are named and send the whole list again: nothing of it was taken.'),
  'uploads-busy': passing(503, 'Too many lists are being read', 5_000),
  'serials-short': refusal(409, 'The product’s list has too few serials', 'Upload more serials for the product, or order fewer units.'),
  'serial-taken': refusal(409, 'A serial is taken', 'Choose other serials: each belongs to one unit for good.'),
  'serial-repeated': refusal(422, 'The order names a serial twice', 'Remove the serial that is repeated.'),
  'order-reference-unknown': refusal(422, 'The work order names something that does not exist', 'Correct the name, or make what it names first.'),
  'serial-unknown': refusal(404, 'There is no unit with this serial', 'Scan the label again; if it is right, call the line engineer: no order has this serial.'),
  'unit-state': refusal(409, 'The unit’s state does not allow it', 'Set the unit aside and call a supervisor, who looks at it (GET /v1/units/{serial}) and can rework, scrap or quarantine it.'),
  'lease-lost': refusal(410, 'The lease is over', 'Take the unit out and scan it again: this station holds it no more.'),
  'claimed-elsewhere': refusal(409, 'Another station has the unit', 'Check the label: another station works on a unit with this serial.'),

  // Jobs on the line
  'job-unknown': refusal(404, 'There is no such job', 'Call the line engineer: the station names a job that does not exist.'),
  'slot-occupied': refusal(409, 'The slot holds another unit', 'Finish or release the unit in this slot first.'),
  'assigned-elsewhere': refusal(409, 'The unit is assigned to another station or slot', 'Bring the unit to the station and slot that the answer names. Where that does not work, a production manager moves its work (POST /v1/jobs/move).'),
  'queue-unknown': refusal(404, 'No such queue', 'Take the id of a queue from GET /v1/queues.'),
  'work-not-movable': refusal(409, 'Some of this work can’t be moved', 'Leave out the units that the answer names: work at a station is finished there first, and work stays on its line and at stations that do its step. Then send it again.'),
  'wrong-line': refusal(409, 'The unit belongs to another line', 'Bring the unit to its own line.'),
  'wrong-step': refusal(409, 'The unit is at another step', 'Bring the unit to a station of the step that it is at.'),
  'second-scan-needed': refusal(422, 'A second scan is needed', 'Call the line engineer: the station must read the serial of this product’s units twice.'),
  'scans-differ': refusal(409, 'The two scans differ', 'Set the unit aside and call the line engineer: it was read as two different units.'),
  'wrong-order': refusal(409, 'The unit is of another order', 'Take the unit out: this station is set up for another order.'),
  'revision-mismatch': refusal(409, 'The board has another revision', 'Set the board aside and call the line engineer: the order is for another hardware revision.'),
  'retest-limit-reached': refusal(409, 'The unit has failed too often', 'Set the unit aside and call a supervisor: after a repair a rework (POST /v1/units/{serial}/rework) lets it begin anew.'),
  'step-without-identity': refusal(409, 'The step gives out no certificate', 'Call the line engineer: the station asks for a certificate in a step of the route that gives out none.'),
  'unit-quarantined': refusal(409, 'The unit is set aside', 'Leave the unit aside and call a supervisor: it waits for a decision (POST /v1/units/{serial}/release, rework or scrap).'),
  'ship-gate': passing(409, 'The unit is not as far in AWS as its order wants', 30_000, 'Keep the unit here: it may be shipped once AWS knows it (POST /v1/units/{serial}/check says what is missing).'),
  'unit-not-open': refusal(409, 'The unit is not open for work', 'Set the unit aside; if it should be worked on, call a supervisor: a rework (POST /v1/units/{serial}/rework) gives a unit that failed another job.'),
  'ship-gate-unmet': passing(409, 'The step waits until AWS knows the unit', 5_000, 'Wait; the station tries again by itself. Call the line engineer if it goes on for minutes: the detail says what is missing.'),
  'device-check-missing': refusal(422, 'The step needs the report of an end-of-line check', 'Call the line engineer: the station must send the report of `lineside check-device --json` for this unit with its PASS.'),
  'device-check-failed': refusal(422, 'The unit failed its end-of-line check', 'Set the unit aside and call the line engineer: the detail names what failed.'),
  'certificate-missing': refusal(409, 'The unit has no certificate', 'Run the unit again: it has no identity yet.'),
  'result-reported': refusal(409, 'The attempt has another result', 'Call the line engineer: the station reports two results for one attempt.'),
  'record-unknown': refusal(404, 'There is no such test record', 'Look at the unit’s attempts (GET /v1/units/{serial}/attempts): not each has a record.'),
  'attachment-unknown': refusal(404, 'There is no such attachment', 'Look at the unit’s attempts: an attachment without `bytes` has not been uploaded yet.'),
  'attachment-differs': refusal(422, 'The attachment is not what its hash says', 'Call the line engineer: a file was changed on its way, or while it was sent.'),
  'attachments-busy': passing(503, 'Too many attachments are on their way', 1_000),
  'attachments-over-rate': passing(429, 'The station has uploaded too much within the hour', 60_000),
  'record-without-unit': refusal(422, 'The test record names no unit', 'Call the line engineer: the test does not read which unit it tests, and its result does not count.'),
  'record-of-another-unit': refusal(422, 'The test record is of another unit', 'Stop and call the line engineer: the board that was tested is not the one that was scanned.'),
  'record-contradicts': refusal(422, 'The test record has another outcome', 'Call the line engineer: the station reports another outcome than its test.'),

  // Certificates
  'csr-malformed': refusal(422, 'The certificate request can’t be read', BAD_CSR),
  'csr-too-large': refusal(422, 'The certificate request is too large', BAD_CSR),
  'csr-trailing-bytes': refusal(422, 'Something follows the certificate request', BAD_CSR),
  'private-key-sent': refusal(422, 'A private key was sent', 'Set the unit aside and call the line engineer: the station sent a private key, which nobody may use from now on.'),
  'csr-signature-invalid': refusal(422, 'The certificate request does not prove that the device holds the key', BAD_CSR),
  'csr-algorithm-unsupported': refusal(422, 'The certificate request is signed with an unsupported algorithm', BAD_CSR),
  'key-malformed': refusal(422, 'The public key can’t be read', BAD_CSR),
  'key-weak': refusal(422, 'The public key is weak', BAD_CSR),
  'key-unsupported': refusal(422, 'The kind of public key is not supported', BAD_CSR),
  'certificate-malformed': refusal(422, 'The certificate can’t be read', BAD_CSR),
  'pem-malformed': refusal(422, 'The PEM text can’t be read', BAD_CSR),
  'name-malformed': refusal(422, 'A name can’t be read or written', BAD_CSR),
  'key-not-allowed': refusal(422, 'The profile does not allow this kind of key', 'Set the unit aside and call the line engineer: the device makes a kind of key that this product does not use.'),
  'key-compromised': refusal(409, 'The key is compromised', 'Set the unit aside and call a supervisor: its device must make another key.'),
  'key-already-used': refusal(409, 'The key is another’s', 'Set the unit aside and call the line engineer: devices must not share a key.'),
  'profile-unknown': refusal(422, 'There is no such profile', 'Correct the name of the profile.'),
  'certificate-refused': refusal(422, 'The certificate would break a rule', 'Set the unit aside and call the line engineer: the detail names what its certificate would break.'),
  'unit-already-provisioned': refusal(409, 'The unit has a certificate for another key', 'Set the unit aside and call a supervisor: a rework (POST /v1/units/{serial}/rework) lets the device bring another key.'),
  'reservation-lost': passing(503, 'The reservation was given up meanwhile', 500),
  'certificate-awaited': passing(503, 'AWS has yet to sign the certificate', 5_000, 'Wait, or give the unit back and let it come again: AWS signs it within minutes.'),
  'may-not-issue': refusal(409, 'A target of the order does not have the authority', 'Stop and call the production manager: units of this order could not connect to AWS at present.'),
  'batches-busy': passing(503, 'Too many batches are under way', 5_000, 'Send the batch again when another one has ended.'),
  'certificate-revoked': refusal(409, 'The unit’s certificate is revoked', 'Set the unit aside and call a supervisor: it needs rework before it can get another certificate.'),
  'no-certificate': refusal(404, 'The unit has no valid certificate', 'Set the unit aside and call a supervisor: it has not been given a certificate, or that was revoked.'),
  'certificate-unknown': refusal(404, 'There is no such certificate', 'Correct the fingerprint.'),
  'service-keys-not-allowed': refusal(422, 'The profile does not let the service make keys', 'Call the line engineer: the station asks for a key, but this product makes its own.'),
  'station-key-refused': refusal(422, 'The station’s own key is refused', 'Call the line engineer: the station sends a bad key of its own.'),
  'key-shown-once': refusal(409, 'The key was shown once', 'Set the unit aside and call a supervisor: if its key did not arrive, a rework (POST /v1/units/{serial}/rework) lets it have another.'),
  'key-maker-busy': passing(503, 'Too many keys are wanted just now', 2_000),
  'already-revoked': refusal(409, 'The certificate is revoked for another reason', 'Nothing needs to be done: the certificate is revoked. That is final, and so is its reason, unless the key turns out to be compromised (keyCompromise).'),
  'renewal-unknown': refusal(404, 'The unit’s certificate was never renewed', 'Begin a renewal (POST /v1/units/{serial}/renewal), or correct the serial.'),
  'renewal-open': refusal(409, 'A renewal for another key is under way', 'Ask with the request that began it, or cancel it first (POST /v1/units/{serial}/renewal/cancel).'),
  'renewal-needs-new-key': refusal(409, 'The unit has its certificate for this very key', 'Have the device make another key; if it can’t, name the certificate that is to be replaced (`replaces`).'),
  'renewal-of-another': refusal(409, 'The unit has another certificate than the request names', 'Look at the unit’s certificates: the one named in `replaces` is not its current one.'),
  'renewal-cancelled': refusal(409, 'The renewal for this key was cancelled', 'Have the device make another key and send its request; if it can’t, name the certificate that is to be replaced (`replaces`). Until then the old certificate is in use.'),
  'renewal-state': refusal(409, 'The renewal’s state does not allow it', 'Look at the renewal (GET /v1/units/{serial}/renewal).'),
  'unit-not-renewable': refusal(409, 'The unit’s certificate can’t be renewed in this state', 'Wait until the unit has passed; before, a rework (POST /v1/units/{serial}/rework) lets the device bring another key.'),
  'certificate-not-ours': refusal(409, 'The unit’s certificate was signed by AWS', 'Renew it where it was made: an authority of ours has never signed for this unit.'),
  'crl-not-published': refusal(404, 'The authority has published no revocation list', 'Ask again when the authority has issued.'),

  // Authorities
  'authority-unknown': refusal(404, 'There is no such authority', 'Correct the id of the authority.'),
  'no-issuing-authority': refusal(409, 'No authority of the family issues', 'Call the security officer: an authority must be activated before units can get certificates.'),
  'authority-frozen': refusal(409, 'The authority is frozen', 'Stop and call the security officer: nothing is issued until the authority is unfrozen.'),
  'authority-compromised': refusal(409, 'The authority’s key is compromised', 'Set the unit aside and call the security officer: after a rework, another authority certifies it.'),
  'lock-out-unconfirmed': refusal(409, 'Units would be locked out', 'Look at the count with somebody else (GET /v1/authorities/{id}/cloud-stop), then send it as `lockedOut`. Freezing without `cloud` stops issuing at once.'),
  'authority-stopped-in-cloud': refusal(409, 'The authority is stopped in AWS too', 'Say `cloud: true`, which sets its CA ACTIVE again in every target.'),
  'authority-state': refusal(409, 'The authority’s state does not allow it', 'Look at the authority’s state.'),
  'authority-not-registered': refusal(409, 'A target does not show the authority', 'Look at the registrations of the authority: each target must show it active.'),
  'family-name-taken': refusal(409, 'The family’s name is taken', 'Choose a name that differs by more than upper and lower case.'),
  'authority-key-mismatch': passing(503, 'The HSM holds another key', 60_000, 'Stop and call the security officer: the HSM holds an unexpected key.'),
  'hsm-signature-invalid': passing(503, 'The HSM’s signature does not verify', 5_000, 'Wait; the station tries again by itself. Call the security officer if it goes on.'),

  // Claims of fleet provisioning
  'secrets-key-missing': refusal(503, 'The key that seals secrets is missing', 'Call the person who runs this service: SECRETS_KEY_FILE must name the key of this installation.'),
  'claim-not-ready': passing(503, 'The order’s claim is not there yet', 2_000, 'Wait; the station tries again by itself. Call the production manager if it goes on.'),
  'claim-not-of-installers': refusal(409, 'The order’s devices need no installer', 'Name an order with the method fleet-trusted-user: installers bring claims for its devices only.'),
  'claim-ended': refusal(409, 'The order’s claim has ended', 'Stop and call the production manager: units of this order are let in at AWS again once a security officer has a new claim made for it (POST /v1/aws/claims/{workOrder}/replace).'),
  'claim-unknown': refusal(404, 'The order has no claim', 'Correct the id of the order: only orders with the method fleet-claim have one.'),
  'voucher-missing': refusal(409, 'The unit has no voucher', 'Run the unit again: it has no claim and voucher yet.'),
  'voucher-ended': refusal(409, 'The unit’s voucher has ended', 'Run the unit again with the same key, or have an issuer ask for its identity again: it gets a new voucher, which its device needs.'),
  'device-key-needed': refusal(422, 'The order wants keys of the devices', 'Call the line engineer: the station must send the device’s certificate request.'),
  'device-key-unwanted': refusal(422, 'AWS makes the keys of this order', 'Call the line engineer: the station must send its own key (encryptTo) and no certificate request.'),
  'too-many-targets': refusal(422, 'The method allows fewer targets', 'Make an order for each target.'),

  // HSM
  'hsm-unavailable': passing(503, 'The HSM can’t be asked', 1_000, 'Wait. The station tries again by itself.'),
  'hsm-pin-wrong': passing(503, 'The HSM refuses the PIN', 60_000, 'Call the person who runs this service: the HSM does not accept its PIN.'),
  // These are faults of the HSM and not of whoever asked: a station comes back when the officer has mended them.
  'hsm-key-exists': passing(503, 'The HSM has a key of this label', 60_000, CALL_OFFICER),
  'hsm-key-missing': passing(503, 'The HSM does not have the key', 30_000, CALL_OFFICER),
  'hsm-key-ambiguous': passing(503, 'The HSM has two keys of this label', 60_000, CALL_OFFICER),
  'hsm-key-unsafe': passing(503, 'The HSM made a key that is not safe', 60_000, CALL_OFFICER),
  'hsm-refused': passing(503, 'The HSM refuses this', 60_000, CALL_OFFICER),

  // AWS IoT
  'control-endpoint-refused': refusal(422, 'The control endpoint is not allowed', 'Name AWS IoT’s own host in the target’s region, or have this host added to the setting TARGET_CONTROL_HOSTS.'),
  'target-exists': refusal(409, 'The target exists and differs', 'Choose another name, or look at the target that exists.'),
  'family-held': refusal(409, 'The family does something else in the target', 'Name another family of authorities, or the method and parameters that this one has there.'),
  'target-unknown': refusal(404, 'There is no such target', 'Correct the name of the target.'),
  'target-state': refusal(409, 'The target’s state does not allow it', 'Look at the target’s state: only some steps lead on from it.'),
  'target-in-use': refusal(409, 'Open orders name the target', 'Close or cancel the orders that are named, then retire the target.'),
  'keep-outs-untold': refusal(409, 'AWS was not told of all revocations and stops there', 'Let it be told first: see that the target is verified and AWS is reached. What can’t be told any more is given up with the query parameters giveUpKeepOuts=true and reason=….'),
  'target-mode-fixed': refusal(409, 'The mode of the target can’t be changed any more', 'Retire the target and make another one, in the other mode, for its account and region. Then register each of its CAs again: POST /v1/aws/registrations/{authority}/{target}/apply.'),
  'target-refuses': refusal(409, 'AWS refuses what was asked of it', 'Give the target’s role or credentials what AWS asks for (POST /v1/aws/targets/{name}/check names it).'),
  'target-unreachable': passing(503, 'AWS does not answer', 5_000, 'See that the service can reach AWS; then try again.'),
  'registration-unknown': refusal(404, 'There is no such registration', 'Correct the authority or the target: an authority is registered in targets whose check has passed.'),
  'bulk-registration-unknown': refusal(404, 'There is no such bulk registration', 'Correct the number: GET /v1/aws/bulk-registrations lists them.'),
  'target-unverified': passing(409, 'The target’s check has not passed', 5_000, 'Look at what the target’s check has found, and mend it; it is checked again by itself.'),
  'target-not-ready': passing(503, 'A target’s MQTT endpoint is not known yet', 5_000, 'Wait; the station tries again by itself. Call the line engineer if it goes on for minutes.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
