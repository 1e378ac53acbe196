import { BulkParameters } from '../../src/aws-iot/methods/parameters.js';
import { PARAMETERS, TEMPLATE } from './support/bulk-order.js';

it('takes a template with one Thing, one certificate and its policies', () => {
  expect(BulkParameters.safeParse(PARAMETERS).error).toBeUndefined();
});

it.each([
  ['bucket ', { bucket: 'Factory' }],
  ['bucket ', { bucket: 'factory-{colour}' }],
  ['prefix ', { bucket: 'factory', prefix: '/line' }],
  ['none of its Parameters', { bucket: 'factory', template: { ...TEMPLATE, Parameters: { ThingName: {}, CertificatePem: {} } } }],
  ['must name its Thing', bent('thing', { Properties: { ThingName: 'one' } })],
  ['by {"Ref": "CertificatePem"}', bent('certificate', { Properties: { CertificateSigningRequest: { Ref: 'CertificatePem' } } })],
  ['not ACTIVE', bent('certificate', { Properties: { ...TEMPLATE.Resources.certificate.Properties, Status: 'INACTIVE' } })],
  ['revoked or quarantined', bent('certificate', { ...TEMPLATE.Resources.certificate, OverrideSettings: { Status: 'REPLACE' } })],
  ['has no policy', bent('policy', { Properties: {} })],
  ['Fn::Join', bent('thing', { Properties: { ...TEMPLATE.Resources.thing.Properties, BillingGroup: { 'Fn::Join': ['', ['a']] } } })],
])('refuses what would make nothing known (%s)', (why, parameters) => {
  const { error } = BulkParameters.safeParse(parameters);
  expect(error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')).toContain(why);
});

function bent(resource: keyof typeof TEMPLATE.Resources, more: object) {
  return { bucket: 'factory', template: { ...TEMPLATE, Resources: { ...TEMPLATE.Resources, [resource]: { Type: TEMPLATE.Resources[resource].Type, ...more } } } };
}
