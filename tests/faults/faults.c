/* Counts the system calls that a sweep makes: those on files below a folder, on sockets and pipes,
   and those that start a process. Fails, tears or kills at one of them. Loaded with LD_PRELOAD;
   faults_arm() starts to count. The count lies in a file that FAULTS_STATE names, so that the
   processes which are forked or started afterwards count on. faults_ask_sites() has each call's
   place in the program noted, and the file that it is about. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 100000
#define NAME 16
#define ABOUT 160
#define SIGKILLED 0
#define TORN -1  /* half of it is read or written, and the call says so */
#define ENDED -2 /* the other side has closed */
#define FULL -3  /* from this call on, nothing can be written or made */

struct state { /* as in system_calls.py */
    volatile long counted, chosen;
    volatile int kind;
    char below[PATH_MAX];
    char calls[MOST][NAME];
    long sites[MOST];
    char files[MOST][ABOUT];
};
static struct state *state = NULL;
static long (*site_of)(void) = NULL;
static __thread int is_asking = 0;
static __thread char file[PATH_MAX]; /* what the call is about, of those that name one */

static void map_state(const char *where) {
    int fd = open(where, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *state) < 0) return;
    void *at = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) state = at;
}

__attribute__((constructor)) static void go_on(void) {
    const char *where = getenv("FAULTS_STATE");
    if (where != NULL) map_state(where);
}

/* chosen: number of the call, from 1; 0 for none. how: an errno, or one of the kinds above. */
void faults_arm(const char *where, const char *folder, long number, int how) {
    map_state(where);
    strncpy(state->below, folder, sizeof state->below - 1);
    state->chosen = number; state->kind = how; state->counted = 0;
}
/* site: gives a number for the place in the program where it is called. */
void faults_ask_sites(long (*site)(void)) { site_of = site; }

static int is_below(const char *path) {
    char full[PATH_MAX];
    if (state == NULL || path == NULL) return 0;
    if (path[0] != '/') {
        if (getcwd(full, sizeof full) == NULL) return 0;
        path = full;
    }
    snprintf(file, sizeof file, "%s", path);
    return strncmp(path, state->below, strlen(state->below)) == 0;
}
static int is_about_no_file(void) { file[0] = 0; return 1; }

enum { OTHER, BELOW, SOCKET, PIPE };

static int what_is(int fd) {
    char link[64], path[PATH_MAX];
    if (state == NULL) return OTHER;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return OTHER;
    path[size] = 0;
    snprintf(file, sizeof file, "%s", path);
    if (strncmp(path, "socket:", 7) == 0) return SOCKET;
    if (strncmp(path, "pipe:", 5) == 0) return PIPE;
    return is_below(path) ? BELOW : OTHER;
}
static int fd_is_below(int fd) { return what_is(fd) == BELOW; }

static int is_full(void) {
    if (state->kind != FULL || state->chosen == 0 || state->counted < state->chosen) return 0;
    errno = ENOSPC;
    return 1;
}

static void note(const char *call, long number) {
    int before = errno;
    strncpy(state->calls[number], call, NAME - 1);
    if (site_of != NULL) {
        size_t below = strlen(state->below);
        int is_within = strncmp(file, state->below, below) == 0;
        snprintf(state->files[number], ABOUT, "%s", file + (is_within ? below : 0));
        is_asking = 1; /* what the answer calls does not count */
        state->sites[number] = site_of();
        is_asking = 0;
    }
    errno = before;
}

/* Counts the call; true if it is the chosen one. */
static int is_chosen(const char *call) {
    if (is_asking) return 0;
    long number = __sync_add_and_fetch(&state->counted, 1);
    if (number < MOST) note(call, number);
    return number == state->chosen;
}

/* 1 if the call is to fail; does not return if the process is to be killed. */
static int fails(void) {
    if (state->kind == FULL) return 0;
    if (state->kind == SIGKILLED) kill(getpid(), SIGKILL);
    errno = state->kind > 0 ? state->kind : EIO;
    return 1;
}
static int strikes(const char *call) { return is_chosen(call) && fails(); }

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__) = NULL; \
    if (real == NULL) real = dlsym(RTLD_NEXT, name)

/* What moves bytes: `part` moves so many of them. A kill tears what is written, but no short message
   in a pipe, which gives no errors either; a connection whose call fails is broken. */
#define MOVE(plain, socket, pipe, fd, size, writes, part) \
    int kind = what_is(fd); \
    const char *name = kind == SOCKET ? socket : kind == PIPE ? pipe : plain; \
    if (kind != OTHER && is_chosen(name) && (kind != PIPE || state->kind <= 0)) { \
        size_t half = (size) > 1 ? (size) / 2 : (size); \
        if (state->kind == TORN) { size_t n = half; return part; } \
        if (state->kind == SIGKILLED && (writes) && kind != PIPE) { size_t n = half; (void)!part; } \
        if (kind == SOCKET && state->kind != FULL) shutdown(fd, SHUT_RDWR); \
        if (state->kind == ENDED && !(writes)) return 0; \
        if (fails()) return -1; \
    } \
    if ((writes) && kind == BELOW && is_full()) return -1;

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    MOVE("write", "write to socket", "write to pipe", fd, size, 1, real(fd, data, n))
    return real(fd, data, size);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    MOVE("pwrite64", "", "", fd, size, 1, real(fd, data, n, at))
    return real(fd, data, size, at);
}
ssize_t read(int fd, void *data, size_t size) {
    REAL(ssize_t, "read", int, void *, size_t);
    MOVE("read", "read of socket", "read of pipe", fd, size, 0, real(fd, data, n))
    return real(fd, data, size);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
    MOVE("pread64", "", "", fd, size, 0, real(fd, data, n, at))
    return real(fd, data, size, at);
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t size) {
    REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t);
    MOVE("sendfile", "send", "", out, size, 1, real(out, in, at, n))
    return real(out, in, at, size);
}
ssize_t sendfile(int out, int in, off_t *at, size_t size) { return sendfile64(out, in, at, size); }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t size, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned);
    MOVE("copy_file_range", "", "", out, size, 1, real(in, a, out, b, n, flags))
    return real(in, a, out, b, size, flags);
}
ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    MOVE("", "send", "", fd, size, 1, real(fd, data, n, flags))
    return real(fd, data, size, flags);
}
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
               socklen_t length) {
    REAL(ssize_t, "sendto", int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    MOVE("", "sendto", "", fd, size, 1, real(fd, data, n, flags, to, length))
    return real(fd, data, size, flags, to, length);
}
ssize_t recv(int fd, void *data, size_t size, int flags) {
    REAL(ssize_t, "recv", int, void *, size_t, int);
    MOVE("", "recv", "", fd, size, 0, real(fd, data, n, flags))
    return real(fd, data, size, flags);
}
ssize_t recvfrom(int fd, void *data, size_t size, int flags, struct sockaddr *from,
                 socklen_t *length) {
    REAL(ssize_t, "recvfrom", int, void *, size_t, int, struct sockaddr *, socklen_t *);
    MOVE("", "recvfrom", "", fd, size, 0, real(fd, data, n, flags, from, length))
    return real(fd, data, size, flags, from, length);
}

#define MESSAGE(name, type) \
    ssize_t name(int fd, type *message, int flags) { \
        REAL(ssize_t, #name, int, type *, int); \
        if (state != NULL && is_about_no_file() && is_chosen(#name)) { \
            shutdown(fd, SHUT_RDWR); \
            if (fails()) return -1; \
        } \
        return real(fd, message, flags); \
    }
MESSAGE(sendmsg, const struct msghdr)
MESSAGE(recvmsg, struct msghdr)

/* The other calls succeed or fail as a whole; some make a new file. */
#define CALL_THAT(makes, type, name, counts, parameters, given) \
    type name parameters { \
        static type (*real) parameters = NULL; \
        if (real == NULL) real = dlsym(RTLD_NEXT, #name); \
        if (state != NULL && (counts) && (strikes(#name) || (makes && is_full()))) return -1; \
        return real given; \
    }
#define CALL(...) CALL_THAT(0, __VA_ARGS__)
#define MAKE(...) CALL_THAT(1, __VA_ARGS__)
CALL(int, connect, is_about_no_file(), (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size))
CALL(int, accept4, is_about_no_file(), (int fd, struct sockaddr *from, socklen_t *size, int flags),
     (fd, from, size, flags))
CALL(pid_t, fork, is_about_no_file(), (void), ())
CALL(int, fsync, fd_is_below(fd), (int fd), (fd))
CALL(int, fdatasync, fd_is_below(fd), (int fd), (fd))
CALL(int, ftruncate64, fd_is_below(fd), (int fd, off64_t size), (fd, size))
CALL(int, flock, fd_is_below(fd), (int fd, int operation), (fd, operation))
CALL(int, rename, is_below(from), (const char *from, const char *to), (from, to))
MAKE(int, link, is_below(to), (const char *from, const char *to), (from, to))
MAKE(int, symlink, is_below(to), (const char *from, const char *to), (from, to))
MAKE(int, mkdir, is_below(path), (const char *path, mode_t mode), (path, mode))
CALL(int, unlink, is_below(path), (const char *path), (path))
CALL(int, rmdir, is_below(path), (const char *path), (path))
CALL(int, unlinkat, path[0] == '/' ? is_below(path) : fd_is_below(folder),
     (int folder, const char *path, int flags), (folder, path, flags))

/* A process that shares its parent's memory cannot be wrapped: a plain fork is as good. */
pid_t vfork(void) { return fork(); }

static int no_room(int folder, const char *path, int flags) {
    int before = errno;
    int is_new = (flags & O_CREAT) && faccessat(folder, path, F_OK, 0) < 0;
    errno = before;
    return is_new && is_full();
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list more; va_start(more, flags); \
        int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, int) : 0; va_end(more); \
        if (is_below(path) && (strikes(#name) || no_room(AT_FDCWD, path, flags))) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, #name, int, const char *, int, ...); \
        va_list more; va_start(more, flags); \
        int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, int) : 0; va_end(more); \
        int counts = path[0] == '/' || folder == AT_FDCWD ? is_below(path) : fd_is_below(folder); \
        if (counts && (strikes(#name) || no_room(folder, path, flags))) return -1; \
        return real(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

/* Locks of SQLite. */
#define FCNTL(name) \
    int name(int fd, int command, ...) { \
        REAL(int, #name, int, int, ...); \
        va_list more; va_start(more, command); void *given = va_arg(more, void *); va_end(more); \
        int locks = command == F_SETLK || command == F_SETLKW; \
        if (locks && fd_is_below(fd) && strikes("fcntl")) return -1; \
        return real(fd, command, given); \
    }
FCNTL(fcntl)
FCNTL(fcntl64)
