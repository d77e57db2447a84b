gcc -Isim
