/* Preloaded into a hub: every fsync and fdatasync takes MILLISECONDS longer, as on a memory card. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int later(const char *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct timespec pause = {0, MILLISECONDS * 1000000L};
    nanosleep(&pause, 0);
    return real(descriptor);
}

int fsync(int descriptor) { return later("fsync", descriptor); }
int fdatasync(int descriptor) { return later("fdatasync", descriptor); }
