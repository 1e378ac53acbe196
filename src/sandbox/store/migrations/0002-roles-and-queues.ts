/** Roles of IAM, sessions of STS, queues of SQS. IF NOT EXISTS, since a sandbox without version numbers made the same tables. */
export const ROLES_AND_QUEUES = `
CREATE TABLE IF NOT EXISTS role (
  seq INTEGER PRIMARY KEY, account_id TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, trust TEXT NOT NULL,
  description TEXT, longest_session_seconds INTEGER NOT NULL, policies TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (account_id, name)) STRICT;
CREATE TABLE IF NOT EXISTS role_session (
  access_key_id TEXT PRIMARY KEY, secret_access_key TEXT NOT NULL, token TEXT NOT NULL, account_id TEXT NOT NULL, role_name TEXT NOT NULL,
  role_id TEXT NOT NULL, session_name TEXT NOT NULL, tags TEXT NOT NULL, policy TEXT, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS role_session_end ON role_session (expires_at);
CREATE TABLE IF NOT EXISTS queue (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, account_id TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, purged_at INTEGER, UNIQUE (account_id, region, name)) STRICT;
CREATE TABLE IF NOT EXISTS queue_message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sender_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL, first_received_at INTEGER, receipt TEXT) STRICT;
CREATE INDEX IF NOT EXISTS queue_message_order ON queue_message (queue, seq);
CREATE INDEX IF NOT EXISTS queue_message_visible ON queue_message (queue, visible_at);
`;
