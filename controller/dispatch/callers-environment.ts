/** What an agent adds for a run of its own, and the runs that this one starts are not to have. */
const OWN =
  /^(RUN_DIR|RUN_ID|GUILD_HOME|GUILD_OP|GUILD_SOURCECODE|SORTIE_RUN_ID|CMD_DIR|LOG_LEVEL|PYTHONUNBUFFERED|CUDA_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|CUDA_DEVICE_ORDER)$/;

/** The environment of a run that starts others, as its caller had it. */
export function callersEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.test(name)));
}
