/** What the package @lineside/client gives (clients/typescript). Nothing here imports it. */
export { ApiClient, ApiProblem, type CallOptions, NOTHING, type Reader, ServiceUnreachable } from './api-client.js';
export { Cancelled, type Ending, Job, LeaseLost } from './job.js';
export type { Content } from './kept-attachments.js';
export { opensslCsr } from './openssl-csr.js';
export type { ServiceAddress, StreamedBody } from './service-call.js';
export { answer, type Attached, type Beaten, type Ended, type Granted, type Identity, type Outcome, OUTCOMES, type Report, type Settled, type StationItself } from './station-answers.js';
export { Station, type StationSettings, type Wanted } from './station.js';
