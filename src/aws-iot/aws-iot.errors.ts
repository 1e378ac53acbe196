import { DomainError } from '../platform/errors/domain-error.js';

/** Something went wrong between us and AWS IoT. The message is one sentence that may be shown; it holds no credentials. */
export abstract class AwsIotError extends Error {
  /** AWS's name of the error, or Node's code of a network failure. */
  abstract readonly code: string | null;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** In place of the words of an error that nobody has foreseen, which may hold anything. */
export const UNEXPECTED = 'Something unexpected went wrong, which the log of the worker tells';

/** AWS understood and said no: permissions, a limit, a certificate it does not accept. `code` is AWS's own error name. */
export class AwsIotRefused extends AwsIotError {
  constructor(
    readonly code: string,
    message: string,
    /** About who asks, and not about what is asked. */
    readonly isAboutCredentials = false,
  ) {
    super(message);
  }
}

/** No answer, or one that says try later. */
export class AwsIotUnavailable extends AwsIotError {
  constructor(
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

/** The account's rate limit was reached, although we keep our own calls below it: somebody else calls too. */
export class AwsIotThrottled extends AwsIotError {
  readonly code = 'ThrottlingException';
}

/** `differs`: names of the settings that it was made with otherwise. */
export const targetExists = (name: string, why: string, differs?: readonly string[]) => new DomainError('target-exists', `The target ${name} can’t be created: ${why}`, differs && { members: { differs } });

export const controlEndpointRefused = (endpoint: string, region: string) =>
  new DomainError('control-endpoint-refused', `${endpoint} is neither AWS IoT in ${region}, nor this machine, nor a host of TARGET_CONTROL_HOSTS`);

export const targetState = (name: string, state: string, wanted: string) => new DomainError('target-state', `The target ${name} is ${state} and can’t be ${wanted}`);

export const targetInUse = (name: string, orders: readonly string[]) => new DomainError('target-in-use', `The target ${name} can’t be retired while open orders name it: ${orders.join(', ')}`);

/** Certificates that were revoked, or whose units are quarantined, and ids of authorities that are stopped in AWS. */
export const keepOutsUntold = (name: string, certificates: number, authorities: readonly string[]) => {
  const untold = [certificates === 0 ? [] : `to keep ${certificates} certificates out`, authorities.length === 0 ? [] : `to stop the CA of ${authorities.join(', ')}`].flat().join(' and ');
  return new DomainError('keep-outs-untold', `AWS has not been told yet in the target ${name} ${untold}, and would let devices in for good`, {
    members: { certificates, authorities },
    action: `Let it be told first: see that the target is verified and AWS is reached. An officer gives up what can’t be told any more: DELETE /v1/aws/targets/${name}?giveUpKeepOuts=true&reason=…`,
  });
};

export const targetModeFixed = (name: string, mode: string) => new DomainError('target-mode-fixed', `An authority is registered in ${name} in mode ${mode}, which AWS does not change`);

/** An order that names a target which nobody has seen would stop at its first unit. */
export const targetUnverified = (name: string, failed: readonly string[]) =>
  new DomainError('target-unverified', `The check of the target ${name} has not passed${failed.length === 0 ? ' yet' : `: ${failed.join('; ')}`}`);

export const familyHeld = ({ family, target, method, parameters, order }: { family: string; target: string; method: string; parameters: object; order: string }) => {
  const which = Object.keys(parameters).length === 0 ? method : `${method} ${JSON.stringify(parameters)}`;
  return new DomainError('family-held', `The family ${family} does ${which} in ${target} for work order ${order}, and a CA does one thing with first connections`, { members: { family, target, method, parameters, heldBy: order } });
};

export const claimUnknown = (order: string) => new DomainError('claim-unknown', `Work order ${order} has no claim`);

/** `why`: what it waits for, if that is known. */
export const claimNotReady = (order: string, why: string | null) => new DomainError('claim-not-ready', `The claim of work order ${order} is not there yet${why === null ? '' : `: ${why}`}`);

export const claimEnded = (order: string, reason: string | null) =>
  new DomainError('claim-ended', `The claim of work order ${order} has ended: ${reason ?? 'its date has come'}`, {
    action: `Stop and call the production manager: units of this order are let in at AWS again once a security officer has a new claim made for it (POST /v1/aws/claims/${order}/replace).`,
  });

/** It is not REVOKED in AWS yet. */
export const claimStillEnding = (order: string, why: string | null) =>
  new DomainError('claim-not-ready', `The claim of work order ${order} is still being ended in AWS${why === null ? '' : `: ${why}`}`, { action: 'Wait, and send it again: another claim is made once this one has ended in AWS.' });

export const claimNotOfInstallers = (order: string, method: string) => new DomainError('claim-not-of-installers', `Work order ${order} has the method ${method}, whose devices need no claim of an installer`);

export const claimsAfterRelease = (order: string, state: string) => new DomainError('work-order-state', `Work order ${order} is ${state}; claims are made for orders that were released`);

/** AWS's hook lets nobody in with it; whoever asks for the unit's identity again gets a new one. */
export const voucherEnded = (serial: string, end: Date) => new DomainError('voucher-ended', `The voucher of unit ${serial} was good until ${end.toISOString()}, and AWS has signed nothing for it yet`);

export const voucherMissing = () => new DomainError('voucher-missing', 'The unit was given no claim and voucher yet, so it can’t pass');

export const deviceKeyNeeded = (order: string) => new DomainError('device-key-needed', `Vouchers of work order ${order} are for keys of the devices: send csr`);

export const deviceKeyUnwanted = (order: string) => new DomainError('device-key-unwanted', `AWS makes the keys of work order ${order}: send encryptTo, to which the claim’s key is encrypted`);

export const tooManyTargets = (method: string, most: number) => new DomainError('too-many-targets', `An order with the method ${method} has ${most === 1 ? 'one target' : `${most} targets`} at most: AWS's own CA signs another certificate in each account, and a unit has one`);

export const targetNotFound = (name: string) => new DomainError('target-unknown', `There is no target ${name}`);

/** For whoever asked while AWS had to be asked for his answer. */
export function asDomainError(error: unknown): unknown {
  if (error instanceof AwsIotRefused) return new DomainError('target-refuses', error.message);
  return error instanceof AwsIotError ? new DomainError('target-unreachable', error.message) : error;
}

export const registrationUnknown = (authority: string, target: string) => new DomainError('registration-unknown', `There is no registration of ${authority} in ${target}`);

export const bulkRegistrationUnknown = (id: number) => new DomainError('bulk-registration-unknown', `There is no bulk registration ${id}`);

/** AWS was not reached yet, so nobody can tell a device where to connect. */
export const targetNotReady = (names: readonly string[]) => new DomainError('target-not-ready', `The MQTT endpoint of ${names.join(', ')} is not known yet`);
