import type { BulkSettings } from '../bulk-registrations/bulk-registrations.repository.js';
import type { Files } from '../clients/permission-probes.js';
import type { Target } from '../targets/targets.schema.js';
import { settingsHash, type Signer, templateBody } from './bulk-template.js';
import { BulkParameters } from './parameters.js';
import type { Parameters } from './provisioning-method.js';

/** Where the files of a family with these parameters lie in the target. */
export function bulkFiles(parameters: Parameters, { accountId, region }: Pick<Target, 'accountId' | 'region'>): Files {
  const { bucket, prefix = 'lineside' } = BulkParameters.parse(parameters);
  return { bucket: bucket.replaceAll('{account}', accountId).replaceAll('{region}', region), prefix };
}

/** Who signs for units of an order with these parameters. */
export const signerOf = ({ parameters }: { parameters: Parameters }): Signer => BulkParameters.parse(parameters).signer ?? 'hsm';

/** What the lines of all files of such an order in the target have in common. */
export function settingsOf(parameters: Parameters, target: Target): BulkSettings {
  const { provisioningRoleArn: roleArn } = target;
  const { template, signer = 'hsm' } = BulkParameters.parse(parameters);
  const { bucket, prefix } = bulkFiles(parameters, target);
  const settings = { template: templateBody(template, signer), bucket, folder: prefix, roleArn };
  return { hash: settingsHash(settings), ...settings, signer };
}
