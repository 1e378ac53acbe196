import { RateExceeded } from '../faults/fault.js';
import { AccessDenied, UnusableRole } from '../iam/permissions.js';
import { ServiceError } from '../service-error.js';
import { ProvisioningFailure } from './evaluation.js';

/**
 * The answer on a `rejected` topic. The numbers are those of AWS's C SDK (400 invalid, 403 forbidden, 404 template not found, 429 too
 * many, 500). Of the names `InvalidCertificateOwnershipToken` and `ACCESS_DENIED` have been seen at AWS, the others are the sandbox's.
 */
export class FleetRefusal extends Error {
  constructor(
    readonly statusCode: 400 | 403 | 404 | 429 | 500,
    readonly errorCode: string,
    message: string,
  ) {
    super(message);
  }
}

export function toFleetRefusal(error: unknown): FleetRefusal {
  if (error instanceof FleetRefusal) return error;
  if (error instanceof RateExceeded) return new FleetRefusal(429, 'Throttled', error.message);
  if (error instanceof AccessDenied || error instanceof UnusableRole) return new FleetRefusal(403, 'AccessDenied', error.message);
  if (error instanceof ProvisioningFailure) return new FleetRefusal(400, 'InvalidParameters', error.message);
  if (error instanceof ServiceError) return new FleetRefusal(400, error.type, error.message);
  return new FleetRefusal(500, 'InternalError', 'An unexpected error has occurred.');
}
