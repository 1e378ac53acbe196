import type { ErrorCode, ErrorEntry } from './error-codes.js';

const OTHER_CSR = 'Have the device make another certificate request: this one is not acceptable.';
const TRY_AGAIN = 'Try again in a moment; if it goes on, call the person who runs this service.';

/** What to do, for callers that are no station (managers, officers, issuers, …): where the table's own sentence speaks to a station. */
export const SENTENCES: Partial<Record<ErrorCode, string>> = {
  'request-invalid': 'Correct the request: the detail names what can’t be read.',
  'not-found': 'Correct the address.',
  'method-not-allowed': 'Use a method that this address takes.',
  'request-too-large': 'Send less at once.',
  'media-type-unsupported': 'Send the request as application/json.',
  'too-many-requests': TRY_AGAIN,
  'idempotency-key-reused': 'Use a new Idempotency-Key for each new request.',
  internal: 'Try again; if it happens again, call the person who runs this service with the requestId.',
  'caller-unknown': 'Send a key that is known and valid; for a station, call the line engineer.',
  paused: 'Wait, or have the pause ended: GET /v1/pauses lists those under way.',
  'slot-disabled': 'End the slot’s pause once it is mended: GET /v1/pauses lists those under way.',
  'slot-unknown': 'Name a slot that the station has.',
  'job-unknown': 'Correct the id of the job.',
  'result-reported': 'Nothing needs to be done: the first result counts.',
  'target-not-ready': TRY_AGAIN,
  'claimed-elsewhere': 'Wait until the station has finished with the unit, or have it released there.',
  'private-key-sent': 'Throw the key away: it was sent, and nobody may use it from now on.',
  'station-unknown': 'Correct the name of the station, or make it first.',
  'serial-malformed': 'Correct the serial: the detail says which rule of the product it breaks.',
  'serial-not-allowed': 'Upload the serial for the product first (POST /v1/products/{name}/serials), or correct it.',
  'serial-unknown': 'Correct the serial: no order has it.',
  'unit-state': 'Look at the unit’s state: only some steps lead on from it.',
  'lease-lost': 'Look at the unit: the station that worked on it holds it no more.',
  'order-exhausted': 'Raise the order’s quota, or leave the order as complete.',
  'work-order-not-released': 'Release or resume the order first.',
  'outside-window': 'Wait until the order opens, or move its end (POST /v1/work-orders/{id}/raise with notAfter).',
  'may-not-issue': 'Look at the findings of the order: units of it could not connect to AWS at present.',
  'unit-already-provisioned': 'Have the unit reworked: it can’t get another certificate before.',
  'retest-limit-reached': 'Have the unit repaired and reworked (POST /v1/units/{serial}/rework): it begins anew then.',
  'unit-quarantined': 'Have it decided what becomes of the unit: a supervisor releases, reworks or scraps it (POST /v1/units/{serial}/release, rework or scrap).',
  'unit-not-open': 'Have the unit reworked first, if it should be worked on (POST /v1/units/{serial}/rework).',
  'csr-malformed': OTHER_CSR,
  'csr-too-large': OTHER_CSR,
  'csr-trailing-bytes': OTHER_CSR,
  'csr-signature-invalid': OTHER_CSR,
  'csr-algorithm-unsupported': OTHER_CSR,
  'key-malformed': OTHER_CSR,
  'key-weak': OTHER_CSR,
  'key-unsupported': OTHER_CSR,
  'certificate-malformed': OTHER_CSR,
  'pem-malformed': OTHER_CSR,
  'name-malformed': OTHER_CSR,
  'key-not-allowed': 'Have the device make a key of a kind that the profile allows.',
  'key-already-used': 'Stop and find out why: devices must not share a key.',
  'certificate-refused': 'Correct the profile or the request: the detail names the rule.',
  'service-keys-not-allowed': 'Send the device’s own certificate request: the profile does not let the service make keys.',
  'station-key-refused': 'Send another key to encrypt to.',
  'key-shown-once': 'Have the unit reworked if its key did not arrive.',
  'hsm-signature-invalid': 'Try again in a moment; call the security officer if it goes on.',
};

/** Of a sentence that speaks to a station, whoever wrote it. */
const TO_A_STATION = /the station |this station|the station’s|line engineer/i;

/** One sentence for a caller that is no station. */
export function actionForOthers(code: ErrorCode, { action, retryable }: ErrorEntry): string {
  const own = SENTENCES[code];
  if (own !== undefined || !TO_A_STATION.test(action)) return own ?? action;
  return retryable ? TRY_AGAIN : 'Correct the request: the detail says what is wrong with it.';
}
