import { TemplateName, seconds } from '../model/shapes.js';
import { newKeys } from '../registry/certificates.js';
import { invalidRequest, notFound } from '../service-error.js';
import { operation } from './operation.js';

/** A claim is good for five minutes (developer guide, "Provisioning by trusted user"). */
const CLAIM_MS = 5 * 60_000;

/** The certificate of a claim may use the topics of its template and nothing else, and stands in no list. */
export const createProvisioningClaim = operation({ path: { templateName: TemplateName } }, async (call, { templateName }) => {
  const { account, store, amazon } = call;
  const template = store.templates.find(account, templateName);
  if (template === undefined) throw notFound(`Provisioning template ${templateName} not found`);
  if (template.type !== 'FLEET_PROVISIONING') throw invalidRequest(`Provisioning template ${templateName} is not of type FLEET_PROVISIONING.`);
  if (!template.enabled) throw invalidRequest(`Provisioning template ${templateName} is not enabled.`);
  const { spki, publicKey, privateKey } = await newKeys();
  // A certificate tells whole seconds.
  const expiresAt = new Date(Math.floor((Date.now() + CLAIM_MS) / 1_000) * 1_000);
  const certificate = amazon.issue(spki, expiresAt);
  store.fleet.expire();
  store.fleet.addClaim(account, { certificateId: certificate.id, template: templateName, expiresAt });
  return { certificateId: certificate.id, certificatePem: certificate.pem, keyPair: { PublicKey: publicKey, PrivateKey: privateKey }, expiration: seconds(expiresAt) };
});
