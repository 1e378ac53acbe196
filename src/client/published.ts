/** What the package @lineside/client gives (clients/typescript). Nothing here imports it. */
export { ApiClient, ApiProblem, type Attempted, type CallOptions, type Conduct, NOTHING, type Reader, ServiceUnreachable } from './api-client.js';
export type { Ending } from './ending.js';
export { Cancelled, Job, LeaseLost } from './job.js';
export type { Content } from './kept-attachments.js';
export { opensslCsr } from './openssl-csr.js';
export type { ServiceAddress, StreamedBody } from './service-call.js';
export { Session, type SessionSettings } from './session.js';
export { answer, type Attached, type Beaten, type Ended, type Granted, type Identity, type Outcome, OUTCOMES, type Report, type SessionBegun, type Settled, type StationItself } from './station-answers.js';
export { Station, type StationSettings, type Wanted } from './station.js';
