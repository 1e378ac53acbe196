BEGIN TRANSACTION;
CREATE TABLE account (account TEXT PRIMARY KEY, endpoint_prefix TEXT NOT NULL) STRICT;
INSERT INTO "account" VALUES('111111111111:eu-west-1','a358aa36c15682');
INSERT INTO "account" VALUES('222222222222:us-east-1','a3448b0a7ef378');
INSERT INTO "account" VALUES('111111111111:eu-central-1','ac32bee99dabc5');
CREATE TABLE ca_certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, subject TEXT NOT NULL,
  status TEXT NOT NULL, auto_registration TEXT NOT NULL, mode TEXT NOT NULL, registration_config TEXT,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, UNIQUE (account, id)) STRICT;
INSERT INTO "ca_certificate" VALUES(1,'111111111111:eu-west-1','eu-west-1','2b1a68f373ed24f8a233ad098068384c91071cc215473cec2a68db94759cbe00','-----BEGIN CERTIFICATE-----
MIIBVzCB/aADAgECAgQQAAABMAoGCCqGSM49BAMCMCkxFDASBgNVBAMTC0Rldmlj
ZSBDQSAxMREwDwYDVQQKEwhMaW5lc2lkZTAeFw0yNjExMjUxNzE4NDlaFw0yNzEx
MjYxNzE4NDlaMCkxFDASBgNVBAMTC0RldmljZSBDQSAxMREwDwYDVQQKEwhMaW5l
c2lkZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKp0Q/Q0u66DR/TDPF/e4glf
Mw7+5LrW046TywgyA+5FfRnN4ko1GOM5Ditqd3UrrfCSL7ckUTET8KwBxnJxTh+j
EzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJDkZ8lYaWPr
Eis/zP0oBEvFLo8A03VxFYjxFZDAm2gtAiEAmsAaP5HXvM5IKYGxHvXxXX8IkWZ+
Rd7Gx8nWXp4JhhY=
-----END CERTIFICATE-----
','3029311430120603550403130b44657669636520434120313111300f060355040a13084c696e6573696465','ACTIVE','ENABLE','SNI_ONLY','{"templateName":"units"}',1795713529069,1795713529069,1,'3a027c8d-f75a-493c-a284-371c34e1f316',1795627129000,1827249529000);
INSERT INTO "ca_certificate" VALUES(2,'222222222222:us-east-1','us-east-1','2b1a68f373ed24f8a233ad098068384c91071cc215473cec2a68db94759cbe00','-----BEGIN CERTIFICATE-----
MIIBVzCB/aADAgECAgQQAAABMAoGCCqGSM49BAMCMCkxFDASBgNVBAMTC0Rldmlj
ZSBDQSAxMREwDwYDVQQKEwhMaW5lc2lkZTAeFw0yNjExMjUxNzE4NDlaFw0yNzEx
MjYxNzE4NDlaMCkxFDASBgNVBAMTC0RldmljZSBDQSAxMREwDwYDVQQKEwhMaW5l
c2lkZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKp0Q/Q0u66DR/TDPF/e4glf
Mw7+5LrW046TywgyA+5FfRnN4ko1GOM5Ditqd3UrrfCSL7ckUTET8KwBxnJxTh+j
EzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJDkZ8lYaWPr
Eis/zP0oBEvFLo8A03VxFYjxFZDAm2gtAiEAmsAaP5HXvM5IKYGxHvXxXX8IkWZ+
Rd7Gx8nWXp4JhhY=
-----END CERTIFICATE-----
','3029311430120603550403130b44657669636520434120313111300f060355040a13084c696e6573696465','ACTIVE','DISABLE','SNI_ONLY',NULL,1795713529121,1795713529121,1,'f9e68d3f-0a4b-4a09-ab49-65866ed16357',1795627129000,1827249529000);
INSERT INTO "ca_certificate" VALUES(3,'111111111111:eu-west-1','eu-west-1','a576ea806a4fba303f999e82b1f5c91997d10bb2f4208aabc505800af46e5c72','-----BEGIN CERTIFICATE-----
MIIBSzCB86ADAgECAgQQAAADMAoGCCqGSM49BAMCMCQxDzANBgNVBAMTBk93biBD
QTERMA8GA1UEChMITGluZXNpZGUwHhcNMjYxMTI1MTcxODQ5WhcNMjcxMTI2MTcx
ODQ5WjAkMQ8wDQYDVQQDEwZPd24gQ0ExETAPBgNVBAoTCExpbmVzaWRlMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE2B0tjmric7Pc1HsAE264Eyhk0fBNCGUon3/J
NQCSQVcD88F65EE7QHXI5RnzmtFGddXphbEbYCi5QjBHgHe2p6MTMBEwDwYDVR0T
AQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAPtic0VkJSfeitMXmYiaKe7TP/
AIP1ic0zlev+x4zDgAIgB12/CEvvg6pl/xfLh+SZZOKHLJ9O7nmt0mxs+UvIW7A=
-----END CERTIFICATE-----
','3024310f300d060355040313064f776e2043413111300f060355040a13084c696e6573696465','ACTIVE','DISABLE','DEFAULT',NULL,1795713529382,1795713529382,1,'1fc3c8fd-e243-418a-8529-37470953dbfa',1795627129000,1827249529000);
CREATE TABLE certificate (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, pem TEXT NOT NULL, ca_id TEXT,
  status TEXT NOT NULL, mode TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, version INTEGER NOT NULL, generation_id TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, provisioning_failure TEXT, UNIQUE (account, id)) STRICT;
INSERT INTO "certificate" VALUES(1,'111111111111:eu-west-1','eu-west-1','875aa3c81317585f1ca767e44915fb4207fec1b2737d9e19250d3d45cf18e691','-----BEGIN CERTIFICATE-----
MIIBNzCB36ADAgECAgQQAAACMAoGCCqGSM49BAMCMCkxFDASBgNVBAMTC0Rldmlj
ZSBDQSAxMREwDwYDVQQKEwhMaW5lc2lkZTAeFw0yNjExMjUxNzE4NDlaFw0yNzEx
MjYxNzE4NDlaMBExDzANBgNVBAMTBnVuaXQtMTBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABNt2nn/21SDRp0ClYyXK45dey/iiR4Cvol7EDnAU+Qhgj9CM1meiIn7M
hKlPkNeUE8/1JiyFnq+yTLTy3IK4OIijDTALMAkGA1UdEwQCMAAwCgYIKoZIzj0E
AwIDRwAwRAIgfYzYu1O7Exhf2CZp8UnQa3a4i2mZBxp+mcTRGLr8MJQCIH34eKOb
QlE78AwloDXqzzNOB6K2O3w/jfmmoRbzKrkG
-----END CERTIFICATE-----
','2b1a68f373ed24f8a233ad098068384c91071cc215473cec2a68db94759cbe00','ACTIVE','SNI_ONLY',1795713529321,1795713529331,2,'e3abdbca-c20d-4c42-a56f-156de7062338',1795627129000,1827249529000,NULL);
INSERT INTO "certificate" VALUES(2,'111111111111:eu-west-1','eu-west-1','df163847cc9576891c685b9e425f9800a4a2222116f83d276b4cd24f4c7d15ca','-----BEGIN CERTIFICATE-----
MIIBMzCB2qADAgECAgQQAAAFMAoGCCqGSM49BAMCMCQxDzANBgNVBAMTBk93biBD
QTERMA8GA1UEChMITGluZXNpZGUwHhcNMjYxMTI1MTcxODQ5WhcNMjcxMTI2MTcx
ODQ5WjARMQ8wDQYDVQQDEwZ1bml0LTIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQEyMt+k/W1izjpWNkvF4OKf7Z1Nj6uOkryv3xIDgRvjxLtb8x8+B6Gijqfk8gP
xW+efDr7qhCLPWd9U3QFqAGAow0wCzAJBgNVHRMEAjAAMAoGCCqGSM49BAMCA0gA
MEUCIHaovMAFPi/nEq35G9hC1euNgONo9VOIDg/tTJEzXHxBAiEAwiujijeYVhF0
yj4NCSeMsGfbJZ3PHbXmfI61nvwcsig=
-----END CERTIFICATE-----
','a576ea806a4fba303f999e82b1f5c91997d10bb2f4208aabc505800af46e5c72','ACTIVE','DEFAULT',1795713529408,1795713529408,1,'56dd9594-c3ba-4f53-9526-f31463fa7e43',1795627129000,1827249529000,NULL);
CREATE TABLE policy (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (account, name)) STRICT;
INSERT INTO "policy" VALUES(1,'111111111111:eu-west-1','EE9E250DB05639876DA69AF973D48AA1E55724BE','{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}"},{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":"arn:aws:iot:*:*:topic/units/${iot:Connection.Thing.ThingName}/*"},{"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:*:*:topicfilter/units/${iot:Connection.Thing.ThingName}/*"}]}',1795713529330);
INSERT INTO "policy" VALUES(2,'111111111111:eu-west-1','policy-df163847cc957689','{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}',1795713529420);
CREATE TABLE policy_target (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, policy TEXT NOT NULL, certificate_id TEXT NOT NULL,
  UNIQUE (account, policy, certificate_id)) STRICT;
INSERT INTO "policy_target" VALUES(1,'111111111111:eu-west-1','EE9E250DB05639876DA69AF973D48AA1E55724BE','875aa3c81317585f1ca767e44915fb4207fec1b2737d9e19250d3d45cf18e691');
INSERT INTO "policy_target" VALUES(2,'111111111111:eu-west-1','policy-df163847cc957689','df163847cc9576891c685b9e425f9800a4a2222116f83d276b4cd24f4c7d15ca');
CREATE TABLE registration_code (account TEXT PRIMARY KEY, code TEXT NOT NULL) STRICT;
INSERT INTO "registration_code" VALUES('111111111111:eu-west-1','cee8f5cc55087d93e07af491844916c61ade759465472ffe6286030fa6d0aaba');
CREATE TABLE retained_message (
  account TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (account, topic)) STRICT;
INSERT INTO "retained_message" VALUES('111111111111:eu-west-1','state/unit-2',X'6F6E',1);
CREATE TABLE template (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, description TEXT, enabled INTEGER NOT NULL,
  role_arn TEXT NOT NULL, type TEXT NOT NULL, hook TEXT, default_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
INSERT INTO "template" VALUES(1,'111111111111:eu-west-1','units',NULL,1,'arn:aws:iam::111111111111:role/provisioning','JITP',NULL,1,1795713528985,1795713528985);
CREATE TABLE template_version (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, template TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (account, template, version)) STRICT;
INSERT INTO "template_version" VALUES(1,'111111111111:eu-west-1','units',1,'{"Parameters":{"AWS::IoT::Certificate::CommonName":{"Type":"String"},"AWS::IoT::Certificate::Id":{"Type":"String"}},"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"AWS::IoT::Certificate::CommonName"},"AttributePayload":{"line":"L1"}}},"certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"Active"}},"policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}\"},{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\"],\"Resource\":\"arn:aws:iot:*:*:topic/units/${iot:Connection.Thing.ThingName}/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"arn:aws:iot:*:*:topicfilter/units/${iot:Connection.Thing.ThingName}/*\"}]}"}}}}',1795713528985);
CREATE TABLE thing (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, attributes TEXT NOT NULL,
  version INTEGER NOT NULL, UNIQUE (account, name)) STRICT;
INSERT INTO "thing" VALUES(1,'111111111111:eu-west-1','unit-1','f3d97eb6-6df6-4925-9b17-a139839200d0','{"line":"L1"}',1);
INSERT INTO "thing" VALUES(2,'111111111111:eu-west-1','unit-2','b6a4c990-d0e5-431a-a4a9-9652fc6d0e54','{"line":"L2"}',1);
CREATE TABLE thing_principal (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, thing TEXT NOT NULL, certificate_id TEXT NOT NULL, type TEXT NOT NULL,
  UNIQUE (account, thing, certificate_id)) STRICT;
INSERT INTO "thing_principal" VALUES(1,'111111111111:eu-west-1','unit-1','875aa3c81317585f1ca767e44915fb4207fec1b2737d9e19250d3d45cf18e691','NON_EXCLUSIVE_THING');
INSERT INTO "thing_principal" VALUES(2,'111111111111:eu-west-1','unit-2','df163847cc9576891c685b9e425f9800a4a2222116f83d276b4cd24f4c7d15ca','EXCLUSIVE_THING');
CREATE INDEX ca_certificate_subject ON ca_certificate (account, subject);
CREATE INDEX certificate_id ON certificate (id);
CREATE INDEX certificate_ca ON certificate (account, ca_id);
CREATE INDEX thing_principal_certificate ON thing_principal (account, certificate_id);
CREATE INDEX policy_target_certificate ON policy_target (account, certificate_id);
COMMIT;
