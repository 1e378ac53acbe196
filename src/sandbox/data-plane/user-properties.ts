import { z } from 'zod';
import { header, type AwsRequest } from '../endpoint/aws-request.js';
import { invalidRequest } from '../service-error.js';

/** Of the API: a JSON array of objects with one member each, in base64, since one name may come twice. */
const UserProperties = z.array(z.record(z.string(), z.string()));

/** The user properties of a Publish, in its header. */
export function readUserProperties(request: AwsRequest): { userProperties?: Record<string, string[]> } {
  const given = header(request, 'x-amz-mqtt5-user-properties');
  if (given === undefined) return {};
  const parsed = UserProperties.safeParse(json(Buffer.from(given, 'base64').toString()));
  if (!parsed.success) throw invalidRequest('The user properties are not a JSON array of objects with one text each, in base64.');
  const userProperties: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of parsed.data.flatMap((each) => Object.entries(each))) (userProperties[name] ??= []).push(value);
  return { userProperties };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
