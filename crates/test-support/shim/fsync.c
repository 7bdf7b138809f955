/*
 * Makes fsync and fdatasync slow or failing in a program that preloads this (LD_PRELOAD).
 *
 * SEATKEEPER_SHIM_FSYNC_DELAY_US  microseconds that each call takes longer
 * SEATKEEPER_SHIM_FSYNC_FAIL      a file: while it exists each call fails with EIO and adds one byte to it, so that
 *                                 who waits for a failure can count them
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void delay(void)
{
    const char *text = getenv("SEATKEEPER_SHIM_FSYNC_DELAY_US");
    long us = text ? atol(text) : 0;
    struct timespec left = { us / 1000000, us % 1000000 * 1000 };

    while (us > 0 && nanosleep(&left, &left) == -1 && errno == EINTR)
        ;
}

static int fails(void)
{
    const char *path = getenv("SEATKEEPER_SHIM_FSYNC_FAIL");
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

    if (fd < 0)
        return 0;
    if (write(fd, "x", 1) != 1)
        abort(); /* A failure that is not counted would pass for none. */
    close(fd);
    return 1;
}

static int sync_with(long call, int fd)
{
    delay();
    if (fails()) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

int fsync(int fd)
{
    return sync_with(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_with(SYS_fdatasync, fd);
}
