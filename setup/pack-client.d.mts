export function packClient(options: { to: string; document?: object }): Promise<string>;
