import { DomainError } from '../platform/errors/domain-error.js';

export const batchesBusy = () => new DomainError('batches-busy', 'As many batches as one process takes are under way');
export const noCertificate = (serial: string) => new DomainError('no-certificate', `${serial} has no valid certificate`);
