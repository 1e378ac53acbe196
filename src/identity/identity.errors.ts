import { DomainError } from '../platform/errors/domain-error.js';

export const batchesBusy = () => new DomainError('batches-busy', 'As many batches as one process takes are under way');
