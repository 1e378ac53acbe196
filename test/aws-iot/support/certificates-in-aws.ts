import {
  DeleteCertificateCommand, DescribeCertificateCommand, DetachPolicyCommand, DetachThingPrincipalCommand, type IoTClient, ListThingPrincipalsCommand, ResourceNotFoundException, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';

const unlessUnknown = (error: unknown): undefined => {
  if (!(error instanceof ResourceNotFoundException)) throw error;
};

/** AWS's word, or `unknown`. */
export async function statusOf(iot: IoTClient, certificateId: string): Promise<string | undefined> {
  const found = await iot.send(new DescribeCertificateCommand({ certificateId })).catch(unlessUnknown);
  return found ? found.certificateDescription?.status : 'unknown';
}

/** Ids of the certificates that are attached to the Thing; none where there is no such Thing. */
export async function certificatesOf(iot: IoTClient, thingName: string): Promise<string[]> {
  const found = await iot.send(new ListThingPrincipalsCommand({ thingName })).catch(unlessUnknown);
  return (found?.principals ?? []).map((arn) => arn.split('/')[1]!);
}

/** The certificate is gone, as when somebody deletes it. */
export async function removeFromAws(iot: IoTClient, thingName: string, certificateId: string): Promise<void> {
  const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
  const principal = certificateDescription!.certificateArn!;
  await iot.send(new DetachThingPrincipalCommand({ thingName, principal }));
  await iot.send(new DetachPolicyCommand({ policyName: 'lineside-device', target: principal }));
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
  await iot.send(new DeleteCertificateCommand({ certificateId }));
}
