/** Provisioning claims, certificates whose owner has a token only, bulk tasks, and the configuration of fleet indexing. */
export const FLEET_AND_TASKS = `
CREATE TABLE provisioning_claim (
  account TEXT NOT NULL, certificate_id TEXT NOT NULL, template TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (account, certificate_id)) STRICT;
CREATE TABLE ownership_token (
  token_hash TEXT PRIMARY KEY, account TEXT NOT NULL, certificate_id TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX ownership_token_end ON ownership_token (expires_at);
CREATE TABLE registration_task (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, id TEXT NOT NULL UNIQUE, template TEXT NOT NULL, bucket TEXT NOT NULL, key TEXT NOT NULL,
  role_arn TEXT NOT NULL, status TEXT NOT NULL, message TEXT, successes INTEGER NOT NULL, failures INTEGER NOT NULL, total INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL) STRICT;
CREATE TABLE indexing_configuration (account TEXT PRIMARY KEY, configuration TEXT NOT NULL) STRICT;
`;
