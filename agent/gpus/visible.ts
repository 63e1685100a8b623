import type { Device } from './device.ts';

/**
 * The environment that shows a program its devices and no others. Indices count in the order of the PCI bus, which NVIDIA's
 * runtime follows only when told; parts of devices (MIG) are named by UUID, the one name they have there. On AMD the lower layer
 * filters by index, and the upper one counts what is left, so that both are told, whatever was set before.
 */
export function visibleDevices(devices: readonly Device[]): Record<string, string> {
  const own = devices.map(({ index, uuid, part }) => (part === null ? String(index) : uuid)).join(',');
  if (devices.some(({ vendor }) => vendor === 'amd'))
    return { ROCR_VISIBLE_DEVICES: own, HIP_VISIBLE_DEVICES: devices.map((_, at) => at).join(',') };
  return { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: own };
}

/** Hides all devices, whosoever they are. */
export const NO_DEVICES = {
  CUDA_VISIBLE_DEVICES: '',
  HIP_VISIBLE_DEVICES: '',
  ROCR_VISIBLE_DEVICES: '',
} as const;
