import { type ApiClient, ApiProblem, NOTHING, ServiceUnreachable } from './api-client.js';
import type { KeptAttachments } from './kept-attachments.js';
import type { StreamedBody } from './service-call.js';

/** The service lets a file arrive for 30 s; this is longer, in milliseconds. */
const UPLOAD_MS = 45_000;

/** How an attachment is sent: how long it may go on trying, and by what it is ended. */
export interface Uploading {
  patienceMs?: number;
  signal?: AbortSignal;
}

/** Sends an attachment to where its hash says. Again does nothing again. Throws ApiProblem or ServiceUnreachable. */
export function upload(api: ApiClient, sha256: string, body: StreamedBody, options: Uploading = {}): Promise<undefined> {
  return api.put(`/v1/attachments/${sha256}`, body, NOTHING, { ...options, idempotencyKey: null, timeoutMs: UPLOAD_MS });
}

/** Sends one that is kept on disk. False while the service can't take it; one that it never will is put aside, and the person at the station is told. */
export async function uploadKept(api: ApiClient, kept: KeptAttachments, sha256: string, tell: (sentence: string) => void, options: Uploading): Promise<boolean> {
  try {
    await upload(api, sha256, await kept.body(sha256), options);
  } catch (error) {
    if (error instanceof ServiceUnreachable || (error instanceof ApiProblem && error.retryable)) return false;
    if (!(error instanceof ApiProblem)) throw error;
    tell(error.operatorAction ?? error.message);
    await kept.putAside(sha256);
    return true;
  }
  await kept.uploaded(sha256);
  return true;
}
