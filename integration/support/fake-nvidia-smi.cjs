#!/usr/bin/env node
// Answers as NVIDIA's nvidia-smi does, from a JSON file that a test writes and changes: FAKE_GPUS names it.
// { gpus: [{ uuid, name, used, total, mig: [{ uuid, profile }], processes: [{ pid, name, memory }] }], broken }
const { appendFileSync, readFileSync } = require('node:fs');

const args = process.argv.slice(2);
const state = () => JSON.parse(readFileSync(process.env.FAKE_GPUS, 'utf8'));
const csv = (cells) => process.stdout.write(`${cells.join(', ')}\n`);
const value = (name) => (args.find((arg) => arg.startsWith(`${name}=`)) ?? '').slice(name.length + 1);

appendFileSync(`${process.env.FAKE_GPUS}.calls`, `${process.pid} ${args.join(' ')}\n`);

function failWhenBroken() {
  if (!state().broken) return;
  process.stdout.write(
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
  );
  process.exit(9);
}

function list() {
  state().gpus.forEach((gpu, index) => {
    process.stdout.write(`GPU ${index}: ${gpu.name} (UUID: ${gpu.uuid})\n`);
    (gpu.mig ?? []).forEach((part, number) => {
      process.stdout.write(`  MIG ${part.profile}     Device  ${number}: (UUID: ${part.uuid})\n`);
    });
  });
}

const GPU = {
  index: (_gpu, index) => index,
  uuid: (gpu) => gpu.uuid,
  name: (gpu) => gpu.name,
  'utilization.gpu': (gpu) => gpu.utilisation ?? '[N/A]',
  'memory.used': (gpu) => gpu.used ?? 0,
  'memory.total': (gpu) => gpu.total ?? 40960,
  'temperature.gpu': () => 41,
  'power.draw': () => '[Not Supported]',
};

const PROCESS = {
  timestamp: () => new Date().toISOString().replace('T', ' '),
  gpu_uuid: (_process, gpu) => gpu.uuid,
  pid: (process_) => process_.pid,
  used_memory: (process_) => process_.memory ?? '[N/A]',
  process_name: (process_) => process_.name,
};

function print() {
  failWhenBroken();
  const gpus = value('--query-gpu');
  const processes = value('--query-compute-apps');
  state().gpus.forEach((gpu, index) => {
    if (gpus !== '') csv(gpus.split(',').map((field) => GPU[field](gpu, index)));
    if (processes !== '')
      for (const each of gpu.processes ?? [])
        csv(processes.split(',').map((field) => PROCESS[field](each, gpu)));
  });
}

process.stdout.on('error', () => process.exit(1));
failWhenBroken();
if (args.includes('-L')) list();
else print();
const loop = args.indexOf('-l');
// Tests have no time for whole seconds: a second is a twentieth here.
if (loop >= 0) setInterval(print, Number(args[loop + 1]) * 50);
