import { DomainError } from '../platform/errors/domain-error.js';

export const webhookNotFound = (id: string) => new DomainError('webhook-unknown', `There is no webhook ${id}`);

export const webhookUrlRefused = (problem: string) => new DomainError('webhook-url-refused', problem);

export const tooManyWebhooks = (most: number) => new DomainError('too-many-webhooks', `There are ${most} webhooks already, which is as many as there may be`);

export const webhookSecretShownOnce = (id: string) => new DomainError('webhook-secret-shown-once', `The first request with this Idempotency-Key made the webhook ${id}, whose secret was shown once`);
