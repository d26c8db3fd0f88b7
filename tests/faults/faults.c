/* Counts the system calls that change or open files below a folder, and fails or kills at one of
   them. Loaded with LD_PRELOAD; faults_arm() starts to count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static volatile long counted = 0, chosen = -1;
static volatile int armed = 0, kind = 0;
static char below[PATH_MAX], struck[PATH_MAX + 64];

/* chosen: number of the call, from 1; 0 for none. how: an errno, or 0 for SIGKILL. */
void faults_arm(const char *folder, long number, int how) {
    strncpy(below, folder, sizeof below - 1);
    counted = 0; chosen = number; kind = how; struck[0] = 0; armed = 1;
}
long faults_count(void) { return counted; }
const char *faults_struck(void) { return struck; }

static int is_below(const char *path) {
    char full[PATH_MAX];
    if (!armed || path == NULL) return 0;
    if (path[0] != '/') {
        if (getcwd(full, sizeof full) == NULL) return 0;
        return strncmp(full, below, strlen(below)) == 0;
    }
    return strncmp(path, below, strlen(below)) == 0;
}

static int fd_is_below(int fd) {
    char link[64], path[PATH_MAX];
    if (!armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return is_below(path);
}

/* 1 if the call is to fail; does not return if the process is to be killed. */
static int strikes(const char *call) {
    if (__sync_add_and_fetch(&counted, 1) != chosen) return 0;
    snprintf(struck, sizeof struck, "%s", call);
    if (kind == 0) kill(getpid(), SIGKILL);
    errno = kind;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__) = NULL; \
    if (real == NULL) real = dlsym(RTLD_NEXT, name)

static int open_mode(int flags, va_list more) {
    return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, int) : 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list more; va_start(more, flags); int mode = open_mode(flags, more); va_end(more); \
        if (is_below(path) && strikes(#name)) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (fd_is_below(fd)) {
        int torn = kind == 0 && counted + 1 == chosen;
        if (torn && size > 1) real(fd, data, size / 2);
        if (strikes("write")) return -1;
    }
    return real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (fd_is_below(fd)) {
        int torn = kind == 0 && counted + 1 == chosen;
        if (torn && size > 1) real(fd, data, size / 2, at);
        if (strikes("pwrite64")) return -1;
    }
    return real(fd, data, size, at);
}

#define BY_FD(name) \
    int name(int fd) { \
        REAL(int, #name, int); \
        if (fd_is_below(fd) && strikes(#name)) return -1; \
        return real(fd); \
    }
BY_FD(fsync)
BY_FD(fdatasync)

int ftruncate64(int fd, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    if (fd_is_below(fd) && strikes("ftruncate64")) return -1;
    return real(fd, size);
}

int flock(int fd, int operation) {
    REAL(int, "flock", int, int);
    if (fd_is_below(fd) && strikes("flock")) return -1;
    return real(fd, operation);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (is_below(from) && strikes("rename")) return -1;
    return real(from, to);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    if (is_below(path) && strikes("mkdir")) return -1;
    return real(path, mode);
}

#define BY_PATH(name) \
    int name(const char *path) { \
        REAL(int, #name, const char *); \
        if (is_below(path) && strikes(#name)) return -1; \
        return real(path); \
    }
BY_PATH(unlink)
BY_PATH(rmdir)

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    if (armed && (path[0] == '/' ? is_below(path) : fd_is_below(folder)) && strikes("unlinkat"))
        return -1;
    return real(folder, path, flags);
}
