export type NvsEntry = { u8: number } | { u16: number } | { u32: number } | { string: string } | { blob: Uint8Array };
export function nvsImage(namespaces: Record<string, Record<string, NvsEntry>>, size: number): Buffer;
