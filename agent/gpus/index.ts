/** The door to the host's devices: which there are, who uses them, and who may. */
export { deviceName, isCalled, type Device, type GpuProcess } from './device.ts';
export { heldDevices, holdDevices, type HeldDevices, type Holder } from './device-lock.ts';
export { findProbe } from './find-probe.ts';
export type { Found, Probe } from './probe.ts';
export { Telemetry } from './telemetry.ts';
export { NO_DEVICES, visibleDevices } from './visible.ts';
