/** IF NOT EXISTS, since sandboxes before the first version number made the same tables. */
export const FIRST_TABLES = `
CREATE TABLE IF NOT EXISTS account (account TEXT PRIMARY KEY, endpoint_prefix TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS registration_code (account TEXT PRIMARY KEY, code TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ca_certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, subject TEXT NOT NULL,
  status TEXT NOT NULL, auto_registration TEXT NOT NULL, mode TEXT NOT NULL, registration_config TEXT,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, UNIQUE (account, id)) STRICT;
CREATE INDEX IF NOT EXISTS ca_certificate_subject ON ca_certificate (account, subject);
CREATE TABLE IF NOT EXISTS certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, ca_id TEXT,
  status TEXT NOT NULL, mode TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, provisioning_failure TEXT, UNIQUE (account, id)) STRICT;
CREATE INDEX IF NOT EXISTS certificate_id ON certificate (id);
CREATE INDEX IF NOT EXISTS certificate_ca ON certificate (account, ca_id);
CREATE TABLE IF NOT EXISTS template (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, description TEXT, enabled INTEGER NOT NULL,
  role_arn TEXT NOT NULL, type TEXT NOT NULL, hook TEXT, default_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS template_version (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, template TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (account, template, version)) STRICT;
CREATE TABLE IF NOT EXISTS thing (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, attributes TEXT NOT NULL,
  version INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS thing_principal (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, thing TEXT NOT NULL, certificate_id TEXT NOT NULL, type TEXT NOT NULL,
  UNIQUE (account, thing, certificate_id)) STRICT;
CREATE INDEX IF NOT EXISTS thing_principal_certificate ON thing_principal (account, certificate_id);
CREATE TABLE IF NOT EXISTS policy (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (account, name)) STRICT;
CREATE TABLE IF NOT EXISTS policy_target (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, policy TEXT NOT NULL, certificate_id TEXT NOT NULL,
  UNIQUE (account, policy, certificate_id)) STRICT;
CREATE INDEX IF NOT EXISTS policy_target_certificate ON policy_target (account, certificate_id);
CREATE TABLE IF NOT EXISTS retained_message (
  account TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (account, topic)) STRICT;
`;
