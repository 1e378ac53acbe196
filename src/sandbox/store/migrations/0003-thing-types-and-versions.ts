/** Thing types, groups and billing groups; versions of policies; the highest version number that a policy or template ever had. */
export const THING_TYPES_AND_VERSIONS = `
ALTER TABLE thing ADD COLUMN type TEXT;
ALTER TABLE thing ADD COLUMN billing_group TEXT;
CREATE INDEX thing_of_type ON thing (account, type);
CREATE INDEX thing_in_billing_group ON thing (account, billing_group);
CREATE TABLE thing_type (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, description TEXT, searchable TEXT NOT NULL,
  created_at INTEGER NOT NULL, deprecated_at INTEGER, UNIQUE (account, name)) STRICT;
CREATE TABLE thing_group (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, description TEXT, attributes TEXT NOT NULL,
  version INTEGER NOT NULL, created_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE INDEX thing_group_parent ON thing_group (account, parent);
CREATE TABLE thing_group_member (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, thing_group TEXT NOT NULL, thing TEXT NOT NULL, UNIQUE (account, thing_group, thing)) STRICT;
CREATE INDEX thing_group_member_thing ON thing_group_member (account, thing);
CREATE TABLE billing_group (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, description TEXT,
  version INTEGER NOT NULL, created_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE policy_version (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, policy TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (account, policy, version)) STRICT;
INSERT INTO policy_version (account, policy, version, document, created_at) SELECT account, name, 1, document, created_at FROM policy;
ALTER TABLE policy ADD COLUMN default_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE policy ADD COLUMN newest_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE policy ADD COLUMN modified_at INTEGER NOT NULL DEFAULT 0;
UPDATE policy SET modified_at = created_at;
ALTER TABLE policy DROP COLUMN document;
ALTER TABLE template ADD COLUMN newest_version INTEGER NOT NULL DEFAULT 1;
UPDATE template SET newest_version = (SELECT max(version) FROM template_version WHERE template_version.account = template.account AND template = name);
`;
