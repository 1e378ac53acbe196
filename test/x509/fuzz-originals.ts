import { createECDH, createPrivateKey, hash, type KeyObject } from 'node:crypto';

/** Requests of openssl's that the fuzzer changes, DER in base64. They never change themselves, so that a seed makes the same mutants again. */
export const ORIGINALS = {
  'P-256 with attributes': 'MIIBTjCB9QIBADAhMRAwDgYDVQQKDAdFeGFtcGxlMQ0wCwYDVQQDDAR1bml0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERDEYZlzc48f/CBVIlVb31sw+MskYd4jp9OK3XAiY0ftn8p6s8mN01Q9CDhajiXMjcuRCVrDKVRuDDooXkXcLp6ByMBMGCSqGSIb3DQEJAjEGDAR1bml0MBsGCSqGSIb3DQEJBzEODAxzZWNyZXQgd29yZHMwPgYJKoZIhvcNAQkOMTEwLzAfBgNVHREEGDAWgg1hLmV4YW1wbGUuY29thgV1cm46YTAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0gAMEUCIFYqrTEUAS78dLC7aj8Hvb+9ldv2j09aWCuTSJwnW/VMAiEAzprUifP1QoiWssAYRQskHv4dTrlQrQblGw68m2GgmUc=',
  'P-256': 'MIHdMIGEAgEAMCIxCzAJBgNVBAYTAkRFMRMwEQYDVQQDDApMSU5FMS0wMDAxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERDEYZlzc48f/CBVIlVb31sw+MskYd4jp9OK3XAiY0ftn8p6s8mN01Q9CDhajiXMjcuRCVrDKVRuDDooXkXcLp6AAMAoGCCqGSM49BAMCA0gAMEUCIQCeQdYr3N+jyy2OSEAj22ucXotbOaJQ/4OJxO12G+SNjgIgMmcUEHmIfOdrEdvk1MuW/sWp66JBbHxtBNvG4qfkWV0=',
  'P-384': 'MIIBGjCBoQIBADAiMQswCQYDVQQGEwJERTETMBEGA1UEAwwKTElORTEtMDAwMTB2MBAGByqGSM49AgEGBSuBBAAiA2IABDQIPzdRbjg3C8Jm7iyHWiLm/9zP0tHLfWBltgQhCg7CM6b168Qgu+vh16ZUMS3YBDMzeUewgsyNPivWpXcjCVJcQn6e6mGSHE7m50vzUNWvE10W7gKe7sdRp1Df4yaxVKAAMAoGCCqGSM49BAMCA2gAMGUCMQDHgkLIZ0iVtCAturNbVuknPLh5cloTBvSnAp42yn6fU22LOPBdUb5mum0KChw5bwsCMDj0qkfZDUN2JQUzycMqwwmuxZcQVJ6ruTLX+/jQXdQc/QwYUjxEG/NT36R7oLhKmQ==',
  'RSA-2048': 'MIICZzCCAU8CAQAwIjELMAkGA1UEBhMCREUxEzARBgNVBAMMCkxJTkUxLTAwMDEwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCvUbMW5MlcZmfe2IS5oHid+L+eJkuEJYHFPZ0o8U217uQxguFQ23qqSaOOxXjfKOpLxDVg7xhvD7jXIEGC4ea3aOCo4EEQRLBHKBRvqm2VVseW+/USLp9w0FsRSg7Nsy5r/YznBkxuunSb38PMNumT/Lym8UZIkxDwgn+MTn0nugio0tXOQ1nLTtIcR0ytodX1d5dusduscFaPIQgA/iGS8FpaGc+Q3qcMIHeNOUh7WrBiiMOKBm+7xIn3W4Vk/N1io/JSmntvYQG2bNqxbUcPIPdddWv1QylF38qKnbxeQ3BLpF9NUiptbfFuiuwPJzcRUOz8fIAWVhu8bgyG34mrAgMBAAGgADANBgkqhkiG9w0BAQsFAAOCAQEAgNW9/ojVvGa5SioBIFHXMpFFRthqXgF0qsjSY2Vg7koVhhvwZ47sgexl1XTL3K8ew/6pESxkrRr8RpjVHFsbadRhRrgKo75hHpK59GmMj4Ujqmb0/a6OpIsXWKdAp7gBdMkiXCYvFAUkofnqC7H2hVpYVKZKNMWRx0PCX7KnuFSiXjwq01K1vHTMLTpG3KieF1M3raaE5jJs14LHxfMotdYtSyEyilj0CxV3SxP4P9u7icdDTHgM+0mPMS3dDqwyStSA6FWFmTvVkWEWMViQuinLdJ0McqK2Odz9fqdWT8Q5EDpex33lBkM15QZN0O63hJbNuXaNlMqvmhw4Ey6Bgw==',
} as const;

/** The key of both P-256 requests, so that a changed one can be signed again. It is no secret. */
export function keyOfOriginals(): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(hash('sha256', 'a key that everybody may know', 'buffer'));
  const [d, point] = [ecdh.getPrivateKey(), ecdh.getPublicKey()];
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x: x.toString('base64url'), y: y.toString('base64url') } });
}
