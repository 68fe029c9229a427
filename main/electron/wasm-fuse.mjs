import { FuseV1Options, FuseVersion } from '@electron/fuses'

/** electron-builder's hook for the one fuse that its `electronFuses` cannot name, set to what Electron ships with. */
export async function afterPack(context) {
  await context.packager.addElectronFuses(context, {
    version: FuseVersion.V1,
    [FuseV1Options.WasmTrapHandlers]: true,
  })
}
