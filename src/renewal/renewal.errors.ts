import { DomainError } from '../platform/errors/domain-error.js';

export const renewalUnknown = (serial: string) => new DomainError('renewal-unknown', `The certificate of unit ${serial} was never renewed`);

/** Before, a unit is at a station, and gets another certificate by a rework. */
export const unitNotRenewable = (serial: string, state: string) => new DomainError('unit-not-renewable', `Unit ${serial} is ${state}; only one that has passed or was shipped renews its certificate`);

export const certificateNotOurs = (serial: string) => new DomainError('certificate-not-ours', `The certificate of unit ${serial} was signed by AWS and not by an authority of ours`);

export const renewalNeedsNewKey = (serial: string, fingerprint: string) =>
  new DomainError('renewal-needs-new-key', `Unit ${serial} has its certificate ${fingerprint} for this very key`);

export const renewalOfAnother = (serial: string, fingerprint: string | null) =>
  new DomainError('renewal-of-another', `Unit ${serial} has the certificate ${String(fingerprint)}, which is not the one that \`replaces\` names`);

export const renewalOpen = (serial: string) => new DomainError('renewal-open', `A renewal for another key of unit ${serial} is under way`);

export const renewalState = (serial: string, state: string, wanted: string) => new DomainError('renewal-state', `The renewal of unit ${serial} is ${state}, so that ${wanted}`);

/** `why`: one sentence without its end. */
export const renewalCancelled = (serial: string, why: string | null) => new DomainError('renewal-cancelled', `The renewal of unit ${serial} for this key was cancelled${why === null ? '' : `: ${why}`}`);
