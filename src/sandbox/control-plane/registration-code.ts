import { notFound } from '../service-error.js';
import { operation } from './operation.js';

export const getRegistrationCode = operation({}, ({ account, store }) => ({ registrationCode: store.registrationCode(account) }));

export const deleteRegistrationCode = operation({}, ({ account, store }) => {
  if (!store.deleteRegistrationCode(account)) throw notFound('There is no registration code.');
  return undefined;
});
