import { z } from 'zod';
import { VERSIONS_PER_TEMPLATE } from '../model/limits.js';
import { parseTemplate } from '../provisioning/template.js';
import { alreadyExists, invalidRequest, notFound, ServiceError } from '../service-error.js';
import type { Template } from '../store/template.repository.js';
import { operation, requirePassableRole, type Call } from './operation.js';
import {
  byToken,
  ProvisioningHook,
  QueryBoolean,
  QueryInteger,
  RoleArn,
  seconds,
  Tags,
  TemplateBody,
  TemplateDescription,
  TemplateName,
  TemplateType,
  TokenPaging,
} from '../model/shapes.js';

const VersionId = QueryInteger(1, 999_999_999);

export const createProvisioningTemplate = operation(
  {
    body: {
      templateName: TemplateName,
      description: TemplateDescription.optional(),
      templateBody: TemplateBody,
      enabled: z.boolean().default(false),
      provisioningRoleArn: RoleArn,
      preProvisioningHook: ProvisioningHook.optional(),
      tags: Tags.optional(),
      type: TemplateType.default('FLEET_PROVISIONING'),
    },
  },
  (call, input) => {
    const { account, store } = call;
    if (input.type === 'JITP' && input.preProvisioningHook !== undefined) {
      throw invalidRequest('preProvisioningHook is only supported for templates of type FLEET_PROVISIONING.');
    }
    parseTemplate(input.templateBody, input.type);
    requirePassableRole(call, input.provisioningRoleArn);
    const templateArn = arn(call, input.templateName);
    store.transaction(() => {
      if (store.templates.find(account, input.templateName) !== undefined) {
        throw alreadyExists(`Provisioning template ${input.templateName} already exists.`, input.templateName, templateArn);
      }
      store.templates.add(
        account,
        {
          name: input.templateName,
          description: input.description,
          enabled: input.enabled,
          roleArn: input.provisioningRoleArn,
          type: input.type,
          hook: input.preProvisioningHook,
        },
        input.templateBody,
      );
    });
    return { templateArn, templateName: input.templateName, defaultVersionId: 1 };
  },
);

export const updateProvisioningTemplate = operation(
  {
    path: { templateName: TemplateName },
    body: {
      description: TemplateDescription.optional(),
      enabled: z.boolean().optional(),
      defaultVersionId: z.int().optional(),
      provisioningRoleArn: RoleArn.optional(),
      preProvisioningHook: ProvisioningHook.optional(),
      removePreProvisioningHook: z.boolean().optional(),
    },
  },
  (call, input) => {
    const template = find(call, input.templateName);
    if (template.type === 'JITP' && input.preProvisioningHook !== undefined) {
      throw invalidRequest('preProvisioningHook is only supported for templates of type FLEET_PROVISIONING.');
    }
    if (input.provisioningRoleArn !== undefined) requirePassableRole(call, input.provisioningRoleArn);
    const defaultVersion = input.defaultVersionId ?? template.defaultVersion;
    if (call.store.templates.version(template, defaultVersion) === undefined) throw notFound(`Template version ${defaultVersion} not found.`);
    call.store.templates.update(template, {
      description: input.description ?? template.description,
      enabled: input.enabled ?? template.enabled,
      roleArn: input.provisioningRoleArn ?? template.roleArn,
      hook: input.removePreProvisioningHook === true ? undefined : (input.preProvisioningHook ?? template.hook),
      defaultVersion,
    });
    return undefined;
  },
);

export const describeProvisioningTemplate = operation({ path: { templateName: TemplateName } }, (call, { templateName }) => {
  const template = find(call, templateName);
  return {
    ...summary(call, template),
    defaultVersionId: template.defaultVersion,
    templateBody: call.store.templates.version(template, template.defaultVersion)?.body,
    provisioningRoleArn: template.roleArn,
    preProvisioningHook: template.hook,
  };
});

export const listProvisioningTemplates = operation({ query: TokenPaging }, (call, input) => {
  const page = call.store.templates.page(call.account, byToken(input));
  return { templates: page.items.map((template) => summary(call, template)), nextToken: page.next };
});

export const deleteProvisioningTemplate = operation({ path: { templateName: TemplateName } }, (call, { templateName }) => {
  const template = find(call, templateName);
  const users = call.store.caCertificates.usingTemplate(call.account, templateName);
  if (users.length > 0) throw new ServiceError('DeleteConflictException', `The template is attached to ${users.length} CA certificate(s).`);
  call.store.templates.remove(template);
  return undefined;
});

export const createProvisioningTemplateVersion = operation(
  { path: { templateName: TemplateName }, query: { setAsDefault: QueryBoolean.default(false) }, body: { templateBody: TemplateBody } },
  (call, input) => {
    const { store } = call;
    const template = find(call, input.templateName);
    parseTemplate(input.templateBody, template.type);
    if (store.templates.countVersions(template) >= VERSIONS_PER_TEMPLATE) {
      throw new ServiceError('VersionsLimitExceededException', `A template can't have more than ${VERSIONS_PER_TEMPLATE} versions.`);
    }
    const versionId = store.transaction(() => {
      const version = store.templates.addVersion(template, input.templateBody);
      if (input.setAsDefault) store.templates.update(template, { defaultVersion: version });
      return version;
    });
    return { templateArn: arn(call, template.name), templateName: template.name, versionId, isDefaultVersion: input.setAsDefault };
  },
);

export const describeProvisioningTemplateVersion = operation(
  { path: { templateName: TemplateName, versionId: VersionId } },
  (call, { templateName, versionId }) => {
    const template = find(call, templateName);
    const version = call.store.templates.version(template, versionId);
    if (version === undefined) throw notFound(`Template version ${versionId} not found.`);
    return {
      versionId,
      creationDate: seconds(version.createdAt),
      templateBody: version.body,
      isDefaultVersion: versionId === template.defaultVersion,
    };
  },
);

export const listProvisioningTemplateVersions = operation({ path: { templateName: TemplateName }, query: TokenPaging }, (call, input) => {
  const template = find(call, input.templateName);
  const page = call.store.templates.versionsPage(template, byToken(input));
  const versions = page.items.map(({ version, createdAt }) => ({
    versionId: version,
    creationDate: seconds(createdAt),
    isDefaultVersion: version === template.defaultVersion,
  }));
  return { versions, nextToken: page.next };
});

export const deleteProvisioningTemplateVersion = operation(
  { path: { templateName: TemplateName, versionId: VersionId } },
  (call, { templateName, versionId }) => {
    const template = find(call, templateName);
    if (call.store.templates.version(template, versionId) === undefined) throw notFound(`Template version ${versionId} not found.`);
    if (versionId === template.defaultVersion) throw new ServiceError('DeleteConflictException', 'The default version can\'t be deleted.');
    call.store.templates.removeVersion(template, versionId);
    return undefined;
  },
);

const arn = ({ account }: Call, name: string): string => account.arn(`provisioningtemplate/${name}`);

const summary = (call: Call, template: Template) => ({
  templateArn: arn(call, template.name),
  templateName: template.name,
  description: template.description,
  creationDate: seconds(template.createdAt),
  lastModifiedDate: seconds(template.modifiedAt),
  enabled: template.enabled,
  type: template.type,
});

function find({ account, store }: Call, name: string): Template {
  const template = store.templates.find(account, name);
  if (template === undefined) throw notFound(`Provisioning template ${name} not found`);
  return template;
}
