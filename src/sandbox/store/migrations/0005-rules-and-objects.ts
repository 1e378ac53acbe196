/** Topic rules of AWS IoT, buckets and objects of S3. */
export const RULES_AND_OBJECTS = `
CREATE TABLE topic_rule (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, sql TEXT NOT NULL, sql_version TEXT NOT NULL, description TEXT,
  disabled INTEGER NOT NULL, actions TEXT NOT NULL, error_action TEXT, created_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
CREATE TABLE bucket (name TEXT PRIMARY KEY, account_id TEXT NOT NULL, region TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE object (
  bucket TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, md5 TEXT NOT NULL, checksum TEXT, headers TEXT NOT NULL,
  modified_at INTEGER NOT NULL, PRIMARY KEY (bucket, key)) STRICT, WITHOUT ROWID;
`;
