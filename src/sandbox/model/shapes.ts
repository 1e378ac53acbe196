import { z } from 'zod';

/** Scalars of the AWS IoT service model (API version 2015-05-28): names, lengths and patterns as there. A pattern covers the whole value. */

const matching = (pattern: RegExp, least: number, most: number) =>
  z
    .string()
    .min(least, `Member must have length greater than or equal to ${least}`)
    .max(most, `Member must have length less than or equal to ${most}`)
    .regex(pattern, `Member must satisfy regular expression pattern: ${pattern.source}`);

export const CertificateId = matching(/^(0x)?[a-fA-F0-9]+$/, 64, 64);
export const CertificatePem = z.string().min(1).max(65_536);
export const TemplateName = matching(/^[0-9A-Za-z_-]+$/, 1, 36);
export const TemplateBody = z.string().max(10_240, 'Member must have length less than or equal to 10240');
export const TemplateDescription = matching(/^[^\p{C}]*$/u, 0, 500);
export const RuleName = matching(/^[a-zA-Z0-9_]+$/, 1, 128);
export const RoleArn = z.string().min(20).max(2_048);
export const ThingName = matching(/^[a-zA-Z0-9:_-]+$/, 1, 128);
export const ThingTypeName = ThingName;
export const BillingGroupName = ThingName;
export const ThingGroupName = ThingName;
/** Of a thing type, thing group or billing group. */
export const ResourceDescription = matching(/^[\x20-\x7e]*$/, 0, 2_028);
export const AttributeName = matching(/^[a-zA-Z0-9_.,@/:#-]+$/, 1, 128);
export const AttributeValue = matching(/^[a-zA-Z0-9_.,@/:#=[\]-]*$/, 0, 800);
export const PolicyName = matching(/^[\w+=,.@-]+$/, 1, 128);
export const PolicyDocument = z.string().max(404_600);
export const PolicyTarget = z.string().min(1);
export const Principal = z.string().min(1);
export const ThingPrincipalType = z.enum(['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING']);

export const CertificateMode = z.enum(['DEFAULT', 'SNI_ONLY']);
export const CertificateStatus = z.enum(['ACTIVE', 'INACTIVE', 'REVOKED', 'PENDING_TRANSFER', 'REGISTER_INACTIVE', 'PENDING_ACTIVATION']);
export const CaCertificateStatus = z.enum(['ACTIVE', 'INACTIVE']);
export const AutoRegistrationStatus = z.enum(['ENABLE', 'DISABLE']);
export const TemplateType = z.enum(['FLEET_PROVISIONING', 'JITP']);

export const RegistrationConfig = z.object({
  templateBody: TemplateBody.optional(),
  roleArn: RoleArn.optional(),
  templateName: TemplateName.optional(),
});

export const ProvisioningHook = z.object({
  payloadVersion: matching(/^[0-9-]+$/, 10, 32).optional(),
  targetArn: z.string().max(2_048),
});

/** Checked, but not kept: nothing in the sandbox reads tags. */
export const Tags = z.array(
  z.object({ Key: matching(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u, 1, 128), Value: z.string().max(256).optional() }),
);

/** A boolean or a number in a query string or path is text. */
export const QueryBoolean = z.enum(['true', 'false']).transform((value) => value === 'true');
export const QueryInteger = (least: number, most: number) =>
  z.string().regex(/^-?[0-9]{1,9}$/).transform(Number).pipe(z.number().min(least).max(most));

/** The paging of the older operations: newest first, unless `isAscendingOrder`. */
export const MarkerPaging = {
  pageSize: QueryInteger(1, 250).default(25),
  marker: matching(/^[A-Za-z0-9+/]+={0,2}$/, 1, 1_024).optional(),
  isAscendingOrder: QueryBoolean.default(false),
};

/** The paging of the newer operations. */
export const TokenPaging = {
  maxResults: QueryInteger(1, 250).default(25),
  nextToken: z.string().optional(),
};

export const byMarker = (input: { pageSize: number; marker?: string | undefined; isAscendingOrder: boolean }) => ({
  size: input.pageSize,
  after: input.marker,
  ascending: input.isAscendingOrder,
});

export const byToken = (input: { maxResults: number; nextToken?: string | undefined }) => ({
  size: input.maxResults,
  after: input.nextToken,
  ascending: true,
});

/** Timestamps in AWS's JSON are seconds since 1970. */
export const seconds = (time: Date): number => +time / 1000;
