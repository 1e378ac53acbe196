export const TYPE: { caCertificate: 0; deviceCertificate: 1; privateKey: 2; userData1: 51 };
export function secureCertImage(entries: readonly { type: number; data: Uint8Array }[], size: number): Buffer;
