import { DomainError } from '../platform/errors/domain-error.js';

export const callerUnknown = () => new DomainError('caller-unknown', 'The request carries no API key that is known and valid (Authorization: Bearer …)');

export const roleMissing = (needed: readonly string[]) => new DomainError('role-missing', `This needs the role ${needed.join(' or ')}`);

export const roleNotGrantable = (role: string) => new DomainError('role-not-grantable', `Your role may not give the role ${role}`);

export const stationNeeded = () => new DomainError('station-needed', 'A key for the role station names its station, and only such a key does');

export const stationNotKnown = (station: string) => new DomainError('station-unknown', `There is no station ${station}`);

export const keyNotFound = (id: string) => new DomainError('key-unknown', `There is no API key ${id}`);
