package io.mptcp4j.tun;

import java.nio.charset.StandardCharsets;

/** The words of this module's exceptions: what failed, why, and what to do about it. */
final class TunAdvice {
    private static final String ALTERNATIVE = "Without a TUN device, use a virtual link or your own PacketDevice";

    private TunAdvice() {}

    static TunException notLinux() {
        return new TunException(
                "TUN devices need Linux, and this is " + System.getProperty("os.name") + ". " + ALTERNATIVE, 0);
    }

    /** Refuses what the kernel would refuse with a mere EINVAL, or cut off. */
    static void requireValidName(String name) throws TunException {
        String problem = nameProblem(name);
        if (problem != null) {
            throw new TunException(
                    "'" + name + "' cannot name a network interface: " + problem
                            + ": use 1 to 15 ASCII characters such as mptcp0, or mptcp%d for the next free number",
                    Errno.EINVAL);
        }
    }

    static TunException cannotOpen(String path, int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                new TunException(
                        path + ": not there: load the kernel module with `modprobe tun`; in a container start it with "
                                + "`--device /dev/net/tun --cap-add NET_ADMIN`. " + ALTERNATIVE,
                        errno);
            // The file's mode, which neither CAP_NET_ADMIN nor a device of one's own changes; elsewhere it is 0666.
            case Errno.EACCES ->
                new TunException(
                        path + ": permission denied to open the file: run as root, or let all users open it with "
                                + "`chmod 666 " + path + "`, for what they may do with it is decided afterwards",
                        errno);
            case Errno.EPERM -> permissionDenied(path, errno);
            default -> failed(path, "open it", errno);
        };
    }

    static TunException cannotAttach(String path, String name, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> permissionDenied(path, errno);
            case Errno.EBUSY ->
                new TunException(
                        name + ": device busy: another program has it open: end that (`fuser /dev/net/tun` names it), "
                                + "or use another name",
                        errno);
            case Errno.EINVAL ->
                new TunException(
                        name + ": an interface of this name exists and is not a single-queue TUN device "
                                + "(`ip -details link show " + name + "` tells): use another name, or remove it with "
                                + "`ip link del " + name + "`",
                        errno);
            default -> failed(name, "attach to the device", errno);
        };
    }

    static TunException cannotChange(String name, String what, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                new TunException(
                        name + ": permission denied to " + what
                                + ": run as root, grant CAP_NET_ADMIN, or have it set up "
                                + "beforehand with `ip address add`, `ip link set " + name + " up`",
                        errno);
            case Errno.ENODEV -> noSuchInterface(name, errno);
            case Errno.EINVAL ->
                new TunException(name + ": the kernel refuses to " + what + ": the value is out of range", errno);
            default -> failed(name, what, errno);
        };
    }

    static TunException noSuchInterface(String name, int errno) {
        return new TunException(
                name + ": no such interface in this network namespace: `ip link` lists those that there are", errno);
    }

    static TunException ipv6Disabled(String name, int errno) {
        return new TunException(
                name + ": IPv6 is disabled: turn it on with `sysctl -w net.ipv6.conf." + name
                        + ".disable_ipv6=0` (and boot without ipv6.disable=1), or use IPv4 addresses only",
                errno);
    }

    static TunException gone(String name, int errno) {
        return new TunException(
                name + ": the device is gone (" + Native.describe(errno) + "): somebody removed the interface; "
                        + "open it again",
                errno);
    }

    static TunException failed(String subject, String what, int errno) {
        return new TunException(
                subject + ": cannot " + what + ": " + Native.describe(errno) + " (errno " + errno + ")", errno);
    }

    private static TunException permissionDenied(String path, int errno) {
        return new TunException(
                path + ": permission denied: run as root, grant CAP_NET_ADMIN, or create the device for your user "
                        + "with `ip tuntap add mode tun user $USER`",
                errno);
    }

    private static String nameProblem(String name) {
        if (name.isEmpty()) {
            return "it is empty";
        }
        if (name.length() > InterfaceRequest.MAX_NAME) {
            return "it is longer than " + InterfaceRequest.MAX_NAME + " characters";
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
            return "it is not ASCII";
        }
        if (name.equals(".") || name.equals("..") || name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ')) {
            return "it holds '/', ':' or a blank";
        }
        return name.replaceFirst("%d", "").indexOf('%') >= 0 ? "it holds '%' other than one %d" : null;
    }
}
