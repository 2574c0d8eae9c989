#!/bin/busybox sh
# First process of the arm64 machine: mounts, network to the host alone, then /job/command with its output and exit code
# on ports of their own. /out goes back as an archive.
export PATH=/usr/bin:/bin:/sbin HOME=/root LANG=C.UTF-8
/bin/busybox mkdir -p /sbin /proc /sys /dev /tmp /run /root /out
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm /sys/fs/bpf
mount -t tmpfs tmpfs /dev/shm
mount -t tracefs none /sys/kernel/tracing 2>/dev/null
mount -t bpf none /sys/fs/bpf 2>/dev/null
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null
for fd in stdin:0 stdout:1 stderr:2; do ln -sf "/proc/self/fd/${fd#*:}" "/dev/${fd%:*}"; done
ln -sf /proc/self/fd /dev/fd
# Those that the kernel has built in have no file.
for name in $(cat /modules/order); do
  for file in /modules/$name.ko*; do
    case $file in
    *.xz) xzcat "$file" >/tmp/module.ko && insmod /tmp/module.ko ;;
    *.ko) insmod "$file" ;;
    esac
  done
done
rm -f /tmp/module.ko
port() {
  for folder in /sys/class/virtio-ports/*; do
    [ "$(cat "$folder/name" 2>/dev/null)" = "$1" ] && echo "/dev/${folder##*/}" && return
  done
}
hostname arm64
ip link set lo up
# No default route and no resolver: only the host's own loopback can be reached, as 10.0.2.2.
ip addr add 10.0.2.15/24 dev eth0 2>/dev/null && ip link set eth0 up
cd /job || poweroff -f
sh /job/command >"$(port output)" 2>&1 </dev/null
code=$?
[ "$(ls -A /out)" ] && tar -C /out -cf - . >"$(port files)"
echo "$code" >"$(port code)"
sync
poweroff -f
